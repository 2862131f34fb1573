#include "notify/alerts/delivery_policy.h"

#include <algorithm>

namespace secondlook {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr minutes kLongestDelay{10};

}  // namespace

std::optional<Timestamp> next_attempt(const SendOutcome& outcome, const AttemptMade& made,
                                      Timestamp now, double fraction) {
  if (outcome.kind == SendOutcome::Kind::refused && made.attempts >= kMostRefusals)
    return std::nullopt;
  if (now - made.queued_at >= made.give_up_after) return std::nullopt;
  const std::uint32_t doublings = std::min(std::max(made.attempts, 1U) - 1, 12U);
  const auto whole = std::min<milliseconds>(milliseconds(1000LL << doublings), kLongestDelay);
  const auto share = static_cast<double>(whole.count()) * (0.5 + 0.5 * fraction);
  auto delay = milliseconds(static_cast<std::int64_t>(share));
  if (outcome.retry_after) delay = std::max<milliseconds>(delay, *outcome.retry_after);
  return now + delay;
}

}  // namespace secondlook
