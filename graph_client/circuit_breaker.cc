#include "graph_client/circuit_breaker.h"

#include <algorithm>

namespace secondlook {

namespace {
// How long who comes while the probe is out is asked to wait.
constexpr std::chrono::milliseconds kWhileProbing{2000};
}  // namespace

CircuitBreaker::Answer CircuitBreaker::ask(Moment now) {
  if (state_ == State::closed) return {true, false, {}};
  if (state_ == State::probing) return {false, false, kWhileProbing};
  if (now < ends_at_)
    return {false, false, std::chrono::ceil<std::chrono::milliseconds>(ends_at_ - now)};
  state_ = State::probing;
  return {true, true, {}};
}

void CircuitBreaker::lived(bool is_probe) {
  if (state_ != State::closed && !is_probe) return;
  state_ = State::closed;
  failures_ = 0;
  several_fail_ = false;
  breaks_in_a_row_ = 0;
}

void CircuitBreaker::failed(bool is_probe, const std::string& mailbox, Moment now,
                            double fraction) {
  if (is_probe) return open(now, fraction);
  if (state_ != State::closed) return;
  if (failures_++ == 0) failing_mailbox_ = mailbox;
  several_fail_ = several_fail_ || mailbox != failing_mailbox_;
  if (failures_ >= kFailuresToOpen && several_fail_) open(now, fraction);
}

void CircuitBreaker::probe_withdrawn() {
  if (state_ == State::probing) state_ = State::open;
}

void CircuitBreaker::open(Moment now, double fraction) {
  const auto full = std::min<std::chrono::milliseconds>(
      kShortestBreak * (1U << std::min(breaks_in_a_row_, 10U)), kLongestBreak);
  ends_at_ = now + full / 2 +
             std::chrono::milliseconds(
                 static_cast<long long>(static_cast<double>(full.count()) / 2 * fraction));
  if (breaks_in_a_row_++ == 0) ++times_opened_;
  state_ = State::open;
}

}  // namespace secondlook
