// A clock that stands still until a test moves it. Both of its times move together; only the wall
// clock can be set apart, as an NTP step or an operator does. Safe from several threads.
#pragma once

#include <chrono>
#include <mutex>

#include "base/clock.h"

namespace secondlook {

class ManualClock final : public Clock {
 public:
  // 2026-11-22T12:00:00Z, a Sunday noon, unless the test wants another moment.
  explicit ManualClock(Timestamp now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} +
                                       std::chrono::hours{12})
      : now_(now) {}

  Timestamp now() const override {
    const std::scoped_lock lock(mutex_);
    return now_;
  }
  std::chrono::steady_clock::time_point steady() const override {
    const std::scoped_lock lock(mutex_);
    return steady_;
  }

  void advance(std::chrono::microseconds by) {
    const std::scoped_lock lock(mutex_);
    now_ += by;
    steady_ += by;
  }
  // The wall clock jumps, the steady clock does not.
  void set_wall_clock(Timestamp now) {
    const std::scoped_lock lock(mutex_);
    now_ = now;
  }

 private:
  mutable std::mutex mutex_;
  Timestamp now_;
  // Far from zero, so that a test may look back without meeting the clock's own beginning.
  std::chrono::steady_clock::time_point steady_{std::chrono::hours{1000}};
};

}  // namespace secondlook
