#include "analyzer/extract/extract_keeper.h"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyzer/extract/extract_protocol.h"
#include "base/system_error.h"
#include "base/unix_socket.h"

namespace secondlook {
namespace {

constexpr std::size_t kReadAtOnce = 256;
constexpr std::size_t kMostFilesWaiting = 2;

// A worker that does not read must not make the others wait: its connection does not block.
bool tell(int connection, KeeperFrame type, std::uint32_t number) {
  std::string payload;
  for (int shift = 0; shift < 32; shift += 8) payload += static_cast<char>(number >> shift);
  return send_frame(connection, static_cast<std::uint8_t>(type), payload).has_value();
}

}  // namespace

ExtractKeeper::ExtractKeeper(int control, const InspectFile& inspect, const ExtractorLimits& limits)
    : control_(control), inspect_(inspect), limits_(limits) {}

ExtractKeeper::~ExtractKeeper() {
  for (auto& [number, worker] : workers_) end(worker);
}

Result<void> ExtractKeeper::run() {
  for (;;) {
    std::vector<pollfd> polled = {{control_, POLLIN, 0}};
    for (const auto& [number, worker] : workers_) {
      polled.push_back({number, POLLIN, 0});
      polled.push_back({worker.ended.number(), POLLIN, 0});
    }
    if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR)
      return last_system_error("poll");
    auto next = polled.begin() + 1;
    for (auto worker = workers_.begin(); worker != workers_.end(); next += 2) {
      const bool stays = look_at(worker->second, *next, *(next + 1));
      if (!stays) end(worker->second);
      worker = stays ? std::next(worker) : workers_.erase(worker);
    }
    if (polled.front().revents == 0) continue;
    const auto taken = take_connection();
    if (!taken) return taken.error();
    if (!*taken) return {};
  }
}

Result<bool> ExtractKeeper::take_connection() {
  auto received = receive_with_descriptors(control_, 1);
  if (!received) return received.error();
  if (received->bytes.empty()) return false;
  for (FileDescriptor& connection : received->descriptors) {
    const int number = connection.number();
    if (::fcntl(number, F_SETFL, O_NONBLOCK) != 0) return last_system_error("fcntl");
    workers_.emplace(number,
                     Worker{std::move(connection), FrameReader(kLongestKeeperFrame), {}, -1, {}});
  }
  return true;
}

bool ExtractKeeper::look_at(Worker& worker, const pollfd& connection, const pollfd& extractor) {
  if (extractor.revents != 0 && !end(worker)) return false;
  return connection.revents == 0 || take_frames(worker);
}

bool ExtractKeeper::take_frames(Worker& worker) {
  auto received = receive_with_descriptors(worker.connection.number(), kReadAtOnce);
  if (!received || received->bytes.empty()) return false;
  worker.frames.feed(received->bytes);
  for (FileDescriptor& file : received->descriptors) worker.files.push_back(std::move(file));
  if (worker.files.size() > kMostFilesWaiting) return false;
  for (;;) {
    const auto frame = worker.frames.next();
    if (!frame) return false;
    if (!*frame) return true;
    const auto type = static_cast<KeeperFrame>((*frame)->type);
    const bool is_done = type == KeeperFrame::start  ? end(worker) && start(worker)
                         : type == KeeperFrame::kill ? end(worker)
                                                     : false;
    if (!is_done) return false;
  }
}

bool ExtractKeeper::start(Worker& worker) {
  if (worker.files.size() != kMostFilesWaiting) return false;
  FileDescriptor socket = std::move(worker.files[0]), memory = std::move(worker.files[1]);
  worker.files.clear();
  const pid_t child = ::fork();
  if (child < 0) return false;
  if (child == 0) run_extractor(std::move(socket), std::move(memory), inspect_, limits_);
  worker.extractor = child;
  worker.ended = FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  return worker.ended.is_open() &&
         tell(worker.connection.number(), KeeperFrame::started, static_cast<std::uint32_t>(child));
}

// What it was told of is ended before another is started. True when there is none.
bool ExtractKeeper::end(Worker& worker) {
  if (worker.extractor < 0) return true;
  ::kill(worker.extractor, SIGKILL);  // no effect on one that has ended already
  int status = 0;
  while (::waitpid(worker.extractor, &status, 0) < 0 && errno == EINTR) {
  }
  worker.extractor = -1;
  worker.ended.reset();
  return tell(worker.connection.number(), KeeperFrame::ended, static_cast<std::uint32_t>(status));
}

}  // namespace secondlook
