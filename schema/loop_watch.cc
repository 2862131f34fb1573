#include "schema/loop_watch.h"

#include <algorithm>

#include "base/log.h"

namespace secondlook {

void WatchedLoop::begin() {
  since_.store(pulse_at(clock_.steady()), std::memory_order_relaxed);
}

void WatchedLoop::rest() {
  since_.store(0, std::memory_order_relaxed);
}

bool WatchedLoop::is_stuck() const {
  const std::uint64_t since = since_.load(std::memory_order_relaxed);
  return since != 0 &&
         pulse_at(clock_.steady()) > since + static_cast<std::uint64_t>(longest_turn_.count());
}

WatchedLoop& LoopWatch::add(std::string name, std::chrono::milliseconds longest_turn) {
  return loops_.emplace_back(std::move(name), longest_turn, clock_);
}

std::optional<std::string> LoopWatch::stuck() const {
  const auto found = std::find_if(loops_.begin(), loops_.end(),
                                  [&](const WatchedLoop& loop) { return loop.is_stuck(); });
  return found == loops_.end() ? std::nullopt : std::optional(found->name());
}

void PulseShown::show() {
  const auto stuck = watch_.stuck();
  if (!stuck) {
    is_told_ = false;
    return pulse_.set(pulse_at(watch_.clock().steady()));
  }
  if (!std::exchange(is_told_, true)) log_error("a thread no longer returns", {{"thread", *stuck}});
}

int wait_for_signal(const sigset_t& signals, PulseShown& pulse) {
  const timespec pause{kPulse.count(), 0};
  int signal = -1;
  while (signal < 0) {  // no signal, or interrupted
    pulse.show();
    signal = ::sigtimedwait(&signals, nullptr, &pause);
  }
  return signal;
}

}  // namespace secondlook
