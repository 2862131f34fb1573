// What follows an attempt: pure, with time and randomness as arguments.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "notify/alerts/alert_sender.h"

namespace secondlook {

// What a receiver refuses is tried a few times more, since people repair URLs and rights.
inline constexpr std::uint32_t kMostRefusals = 5;

struct AttemptMade {
  std::uint32_t attempts = 1;  // with this one
  Timestamp queued_at{};
  std::chrono::seconds give_up_after{0};
};

// When to try again: 1, 2, 4 … seconds up to ten minutes, a random half of that off; not before the
// receiver's Retry-After. Nothing: given up.
std::optional<Timestamp> next_attempt(const SendOutcome& outcome, const AttemptMade& made,
                                      Timestamp now, double fraction);

}  // namespace secondlook
