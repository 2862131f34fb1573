#include "remediation/stop_event.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {

Result<StopEvent> StopEvent::make() {
  FileDescriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event.is_open()) return last_system_error("eventfd");
  return StopEvent(std::move(event));
}

void StopEvent::set() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event_.number(), &one, sizeof one);
}

bool StopEvent::is_set() const {
  pollfd waited{event_.number(), POLLIN, 0};
  return ::poll(&waited, 1, 0) > 0;
}

Result<StopEvent::Woken> StopEvent::wait(int descriptor, std::chrono::milliseconds timeout,
                                         int other) const {
  std::array<pollfd, 3> waited = {pollfd{event_.number(), POLLIN, 0}, pollfd{descriptor, POLLIN, 0},
                                  pollfd{other, POLLIN, 0}};
  const int milliseconds =
      timeout.count() < 0 ? -1 : static_cast<int>(std::min<long long>(timeout.count(), 1 << 30));
  const int ready = ::poll(waited.data(), waited.size(), milliseconds);
  if (ready < 0 && errno == EINTR) return Woken::timeout;
  if (ready < 0) return last_system_error("poll");
  if (waited[0].revents != 0) return Woken::stopped;
  if (waited[1].revents != 0) return Woken::readable;
  return ready > 0 ? Woken::other : Woken::timeout;
}

}  // namespace secondlook
