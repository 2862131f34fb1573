#include "analyzer/worker.h"

#include <array>
#include <csignal>
#include <deque>
#include <exception>
#include <optional>

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/confinement.h"
#include "base/log.h"
#include "base/system_error.h"
#include "base/unix_socket.h"
#include "schema/frame.h"
#include "schema/journal_log/reader.h"

namespace secondlook {
namespace {

// The master reads it as "could not go on", whatever the reason; the log has the reason.
constexpr int kGivesUp = 1;

[[noreturn]] void give_up(std::string_view what, const Error& error) {
  log_error("worker gives up", {{"during", std::string(what)}, {"error", error.message}});
  ::_exit(kGivesUp);
}

// At the lowest numbers after standard error; everything else of the master is closed: the verdict
// socket above all.
void keep_only(WorkerConnections& connections) {
  constexpr int kAboveAll = 64;
  const std::array<FileDescriptor*, 3> kept = {&connections.master, &connections.scanner,
                                               &connections.extract};
  for (FileDescriptor* connection : kept)
    if (connection->is_open())
      *connection = FileDescriptor(::fcntl(connection->number(), F_DUPFD_CLOEXEC, kAboveAll));
  int next = STDERR_FILENO + 1;
  for (FileDescriptor* connection : kept)
    if (connection->is_open()) *connection = FileDescriptor(::dup2(connection->number(), next++));
  ::close_range(static_cast<unsigned>(next), ~0U, 0);
}

void become_ordinary_child() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const sched_param no_priority{};
  ::sched_setscheduler(0, SCHED_IDLE, &no_priority);
}

void give_up_rights(const WorkerLimits& limits) {
  Confinement confinement;  // computing, and the descriptors held
  confinement.most_memory_bytes = limits.most_memory_bytes;
  confinement.most_open_files = 64;
  if (auto confined = confine(confinement); !confined) give_up("confinement", confined.error());
}

// Jobs as they come: frames, and the descriptors that travelled with them, in the same order.
class JobReader {
 public:
  explicit JobReader(int connection) : connection_(connection) {}

  struct Received {
    WorkerJob job;
    std::vector<FileDescriptor> files;  // the mail's own, its companions', history, lists
  };
  // Nothing: the master closed the connection.
  Result<std::optional<Received>> next() {
    for (;;) {
      auto frame = frames_.next();
      if (!frame) return frame.error();
      if (*frame) return read_job(**frame);
      auto received = receive_with_descriptors(connection_, kLongestJobFrame);
      if (!received) return received.error();
      if (received->bytes.empty()) return std::optional<Received>();
      frames_.feed(received->bytes);
      for (auto& file : received->descriptors) files_.push_back(std::move(file));
    }
  }

 private:
  Result<std::optional<Received>> read_job(const Frame& frame) {
    if (frame.type != static_cast<std::uint8_t>(WorkerFrame::job))
      return malformed("a frame that is no job");
    auto job = parse_worker_job(frame.payload);
    if (!job) return job.error();
    const std::size_t count =
        1 + job->companions.size() + (job->has_history ? 1U : 0U) + (job->has_lists ? 1U : 0U);
    if (files_.size() < count) return malformed("a job without the descriptors it names");
    std::optional<Received> received(Received{std::move(*job), {}});
    for (std::size_t i = 0; i < count; ++i) {
      received->files.push_back(std::move(files_.front()));
      files_.pop_front();
    }
    return received;
  }

  int connection_;
  FrameReader frames_{kLongestJobFrame};
  std::deque<FileDescriptor> files_;
};

// A file that comes with every job is mapped anew only when it is another one; then at another
// place, since the old one still stands at its own.
class MappedOnce {
 public:
  std::string_view of(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) give_up("mapping", last_system_error("fstat"));
    if (mapped_ && status.st_ino == inode_ && status.st_dev == device_) return mapped_->bytes();
    auto mapped = MappedBytes::map(descriptor, 0, static_cast<std::uint64_t>(status.st_size));
    if (!mapped) give_up("mapping", mapped.error());
    mapped_.emplace(std::move(*mapped));
    inode_ = status.st_ino;
    device_ = status.st_dev;
    return mapped_->bytes();
  }

 private:
  std::optional<MappedBytes> mapped_;  // its file lives as long: no other gets its number
  ino_t inode_ = 0;
  dev_t device_ = 0;
};

struct Lasting {
  MappedOnce history, lists;
};

std::string analyse(const AnalyseJob& analyse_job, const JobReader::Received& received,
                    Lasting& lasting) {
  const auto bytes =
      MappedBytes::map(received.files[0].number(), received.job.offset, received.job.length);
  if (!bytes) give_up("mapping", bytes.error());
  JobInput input{bytes->bytes(), received.job, {}, {}, {}};
  std::size_t next = 1 + received.job.companions.size();
  if (received.job.has_history) input.history = lasting.history.of(received.files[next++].number());
  if (received.job.has_lists) input.lists = lasting.lists.of(received.files[next].number());
  std::vector<MappedBytes> mapped;
  for (std::size_t i = 0; i < received.job.companions.size(); ++i) {
    const auto& place = received.job.companions[i];
    auto companion = MappedBytes::map(received.files[i + 1].number(), place.offset, place.length);
    if (!companion) give_up("mapping", companion.error());
    mapped.push_back(std::move(*companion));
    input.companions.push_back(mapped.back().bytes());
  }
  return analyse_job(input);
}

// The clients of what it is connected to.
struct Helpers {
  Helpers(WorkerConnections& connections, const WorkerLimits& limits) {
    if (connections.scanner.is_open())
      scanner.emplace(std::move(connections.scanner), limits.scanner_patience);
    if (connections.extract.is_open())
      inspector.emplace(std::move(connections.extract), limits.extract);
  }
  WorkerHelpers all() { return {scanner ? &*scanner : nullptr, inspector ? &*inspector : nullptr}; }
  bool is_one_lost() const {
    return (scanner && scanner->is_lost()) || (inspector && inspector->is_lost());
  }

  std::optional<MalwareClient> scanner;
  std::optional<ExtractClient> inspector;
};

void serve(int connection, const AnalyseJob& analyse_job, const Helpers& helpers) {
  JobReader jobs(connection);
  Lasting lasting;
  if (auto told = send_frame(connection, static_cast<std::uint8_t>(WorkerFrame::ready), ""); !told)
    give_up("ready", told.error());
  for (;;) {
    auto received = jobs.next();
    if (!received) give_up("job", received.error());
    if (!*received) return;
    const std::string verdict = analyse(analyse_job, **received, lasting);
    const bool helper_is_lost = helpers.is_one_lost();
    // A neighbour's mail may have killed the helper: this one gets its second attempt.
    if (helper_is_lost && (*received)->job.attempt == 1)
      give_up("analysis", temporary("the malware scanner or the extract helper is lost"));
    if (auto sent = send_frame(connection, static_cast<std::uint8_t>(WorkerFrame::answer), verdict);
        !sent)
      give_up("answer", sent.error());
    if (helper_is_lost) return;  // replaced by a worker with a new connection
  }
}

}  // namespace

void run_worker(WorkerConnections connections, const MakeAnalyseJob& make_analyse,
                const WorkerLimits& limits) {
  keep_only(connections);
  become_ordinary_child();
  give_up_rights(limits);
  Helpers helpers(connections, limits);
  try {
    serve(connections.master.number(), make_analyse(helpers.all()), helpers);
  } catch (const std::exception& problem) {
    give_up("analysis", internal(problem.what()));
  }
  ::_exit(0);
}

}  // namespace secondlook
