// The brake: a bound on how many copies automatic action may move in an hour, in all, for one rule
// and from one sender domain. Each copy takes its place under the limits when it is planned, in the
// transaction that plans it, so that the limit holds to the copy and outlives a restart. The copy
// that finds no place trips the brake: it and all later ones are recorded as `held_by_brake` until
// an operator says `secondlook resume`; those that had their place go on. Recording never stops.
//
// All functions belong inside one transaction under the store's lock.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/configuration.h"
#include "schema/store/store.h"

namespace secondlook {

// What one message counts against, beside the whole.
struct BrakeSubject {
  std::vector<std::string> rules;  // those that speak for its disposition
  std::string from_domain;         // may be empty
};

// A rule counts when its score is positive and counts towards the deciding disposition: otherwise a
// harmless rule that hits every mail would stop the rest.
BrakeSubject brake_subject(const Verdict& verdict);

// Adds a planned automatic step, or adds it as `held_by_brake` when the brake is engaged or this
// copy would pass a limit (which engages it). The step as added, with its id.
Result<Step> add_under_brake(Store& store, Step step, const BrakeSettings& limits,
                             const BrakeSubject& subject, Timestamp now);

struct BrakeRelease {
  std::uint64_t released = 0, dropped = 0, still_held = 0;
};
enum class HeldSteps { keep, apply, drop };

// Releases the brake; what moved before counts no more. `apply` lets every held step go, outside
// the new hour, so that they alone cannot trip it again (their begun_at is set to the moment before
// it, and stays); `drop` withdraws them; `keep` leaves them held.
Result<BrakeRelease> release_brake(Store& store, HeldSteps decision, Timestamp now);

}  // namespace secondlook
