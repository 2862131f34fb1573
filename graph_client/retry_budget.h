// How much may be repeated. Whatever fails or is throttled comes again, so failures are what
// repeats; each costs one, each success brings a quarter back, up to twenty. While nothing is left
// one request a second goes, so that retries never become the load that keeps a service down. A
// value: time comes in. Not safe from several threads by itself.
#pragma once

#include <algorithm>
#include <chrono>

namespace secondlook {

class RetryBudget {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  static constexpr double kMost = 20, kPerSuccess = 0.25;
  static constexpr std::chrono::milliseconds kTrickle{1000};

  // Nothing to wait for: zero.
  std::chrono::milliseconds ask(Moment now) {
    if (left_ >= 1) return std::chrono::milliseconds{0};
    if (now < next_trickle_)
      return std::chrono::ceil<std::chrono::milliseconds>(next_trickle_ - now);
    next_trickle_ = now + kTrickle;
    return std::chrono::milliseconds{0};
  }
  void succeeded() { left_ = std::min(left_ + kPerSuccess, kMost); }
  void failed() { left_ = std::max(left_ - 1, 0.0); }
  double left() const { return left_; }

 private:
  double left_ = kMost;
  Moment next_trickle_{};
};

}  // namespace secondlook
