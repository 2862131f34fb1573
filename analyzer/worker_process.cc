#include "analyzer/worker_process.h"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/system_error.h"
#include "base/unix_socket.h"

namespace secondlook {
namespace {

constexpr std::size_t kReadAtOnce = 256 << 10;

std::string describe_end(int status) {
  if (WIFSIGNALED(status)) return "worker ended by signal " + std::to_string(WTERMSIG(status));
  return "worker ended with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Result<WorkerProcess> WorkerProcess::start(const MakeAnalyseJob& make_analyse,
                                           WorkerConnections helpers, const WorkerLimits& limits,
                                           std::size_t largest_answer,
                                           std::chrono::steady_clock::time_point now) {
  auto ends = make_socket_pair();
  if (!ends) return ends.error();
  // A worker that no longer reads must not make the master wait.
  if (::fcntl(ends->first.number(), F_SETFL, O_NONBLOCK) != 0) return last_system_error("fcntl");
  const pid_t child = ::fork();
  if (child < 0) return last_system_error("fork");
  if (child == 0) {
    helpers.master = std::move(ends->second);
    run_worker(std::move(helpers), make_analyse, limits);
  }
  clockid_t cpu_clock{};
  if (const int code = ::clock_getcpuclockid(child, &cpu_clock); code != 0) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    return system_error("CPU clock of a worker", code);
  }
  return WorkerProcess(child, cpu_clock, std::move(ends->first), largest_answer, now);
}

WorkerProcess::WorkerProcess(pid_t process, clockid_t cpu_clock, FileDescriptor connection,
                             std::size_t largest_answer, std::chrono::steady_clock::time_point now)
    : process_(process),
      cpu_clock_(cpu_clock),
      connection_(std::move(connection)),
      answers_(largest_answer),
      forked_(now) {}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      cpu_clock_(other.cpu_clock_),
      connection_(std::move(other.connection_)),
      answers_(std::move(other.answers_)),
      forked_(other.forked_),
      ready_(other.ready_),
      retires_(other.retires_),
      job_(std::move(other.job_)),
      jobs_done_(other.jobs_done_),
      cpu_at_start_(other.cpu_at_start_),
      started_(other.started_) {}

WorkerProcess::~WorkerProcess() {
  if (process_ > 0) end();
}

std::string WorkerProcess::end() {
  ::kill(process_, SIGKILL);  // no effect on one that has ended already
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
  return describe_end(status);
}

Result<void> WorkerProcess::give(const WorkerJob& job, const std::vector<int>& descriptors,
                                 std::chrono::steady_clock::time_point now) {
  const std::string frame = encode_frame(static_cast<std::uint8_t>(WorkerFrame::job), to_json(job));
  if (auto sent = send_with_descriptors(connection_.number(), frame, descriptors); !sent)
    return sent;
  job_ = job;
  started_ = now;
  cpu_at_start_ = cpu_time();
  return {};
}

Result<std::optional<std::string>> WorkerProcess::read_answer() {
  for (;;) {
    auto frame = answers_.next();
    if (!frame) return frame.error();
    if (*frame) return take(std::move(**frame));
    const auto readable = wait_readable(connection_.number(), std::chrono::milliseconds(0));
    if (!readable) return readable.error();
    if (!*readable) return std::optional<std::string>();
    auto received = receive_with_descriptors(connection_.number(), kReadAtOnce);
    if (!received) return received.error();
    if (received->bytes.empty()) return temporary("the worker closed its connection");
    answers_.feed(received->bytes);
  }
}

Result<std::optional<std::string>> WorkerProcess::take(Frame frame) {
  const auto type = static_cast<WorkerFrame>(frame.type);
  if (type == WorkerFrame::ready && !ready_) {
    ready_ = true;
    return std::optional<std::string>();
  }
  if (type != WorkerFrame::answer || !job_) return malformed("the worker broke the protocol");
  job_.reset();
  ++jobs_done_;
  return std::optional<std::string>(std::move(frame.payload));
}

std::chrono::nanoseconds WorkerProcess::cpu_time() const {
  timespec used{};
  if (::clock_gettime(cpu_clock_, &used) != 0) return cpu_at_start_;  // it has ended
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

std::chrono::milliseconds WorkerProcess::cpu_time_used() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(cpu_time() - cpu_at_start_);
}

WorkerProcess::Cost WorkerProcess::cost_so_far(std::chrono::steady_clock::time_point now) const {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  return {duration_cast<microseconds>(now - started_),
          duration_cast<microseconds>(cpu_time() - cpu_at_start_)};
}

std::chrono::milliseconds WorkerProcess::age(std::chrono::steady_clock::time_point now) const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - forked_);
}

std::chrono::milliseconds WorkerProcess::wall_time_used(
    std::chrono::steady_clock::time_point now) const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - started_);
}

}  // namespace secondlook
