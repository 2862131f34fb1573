#include "notify/alerts/change_watch.h"

#include <algorithm>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongest{5'000};
constexpr milliseconds kTogether{100};

}  // namespace

Result<ChangeWatch> ChangeWatch::make(const std::string& database) {
  FileDescriptor changes(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!changes.is_open()) return last_system_error("inotify");
  FileDescriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event.is_open()) return last_system_error("eventfd");
  ChangeWatch watch(database + "-wal", std::move(changes), std::move(event));
  watch.add_watch();
  return watch;
}

void ChangeWatch::add_watch() {
  if (watch_ < 0)
    watch_ = ::inotify_add_watch(changes_.number(), file_.c_str(), IN_MODIFY | IN_DELETE_SELF);
}

void ChangeWatch::drain() {
  alignas(inotify_event) char buffer[4096];
  for (;;) {
    const auto count = ::read(changes_.number(), buffer, sizeof buffer);
    if (count <= 0) return;
    for (const char* at = buffer; at < buffer + count;) {
      const auto* one = reinterpret_cast<const inotify_event*>(at);
      if ((one->mask & IN_IGNORED) != 0) watch_ = -1;  // another file has taken its place
      at += sizeof(inotify_event) + one->len;
    }
  }
}

void ChangeWatch::wait(milliseconds timeout) {
  add_watch();
  const milliseconds bounded = std::clamp(timeout, milliseconds(0), kLongest);
  pollfd descriptors[] = {{changes_.number(), POLLIN, 0}, {event_.number(), POLLIN, 0}};
  ::poll(descriptors, 2, static_cast<int>(bounded.count()));
  if ((descriptors[0].revents & POLLIN) != 0) {
    ::poll(&descriptors[1], 1, static_cast<int>(kTogether.count()));
    drain();
  }
  std::uint64_t woken = 0;
  [[maybe_unused]] const auto read = ::read(event_.number(), &woken, sizeof woken);
}

void ChangeWatch::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event_.number(), &one, sizeof one);
}

}  // namespace secondlook
