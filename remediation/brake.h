// The brake: a bound on how many copies automatic action may move in an hour: in all, for one
// tenant, for one rule, from one sender domain, and, lower, from a sender whom the tenant knows
// well. Each copy takes its place under the limits when it is planned, in the transaction that
// plans it, so that the limit holds to the copy and outlives a restart. The copy that finds no
// place trips the brake: it and all later ones are recorded as `held_by_brake` until an operator
// says `secondlook resume`; those that had their place go on. Recording never stops.
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
  std::string sender;              // header From; may be empty
  bool authenticated = false;      // DMARC passed: the sender is who it says
};

// A rule counts when its score is positive and counts towards the deciding disposition: otherwise a
// harmless rule that hits every mail would stop the rest.
BrakeSubject brake_subject(const Verdict& verdict);

// At the limits for one message's steps: looks once at what was counted, then counts on, so that a
// mail to ten thousand recipients costs ten thousand insertions and no more.
class BrakeGate {
 public:
  // `limits` must outlive it.
  static Result<BrakeGate> open(Store& store, const Step& first, const BrakeSettings& limits,
                                const BrakeSubject& subject, Timestamp now);
  // As add_under_brake; for steps of the same message.
  Result<Step> add(Step step);
  // The step, `held_by_brake` where there is no place for it. Writes no step.
  Result<Step> admit(Step step);

 private:
  struct Counter {
    BrakeKey key;
    std::uint64_t copies = 0, limit = 0;
  };
  BrakeGate(Store& store, Timestamp now) : store_(&store), now_(now) {}
  Result<std::optional<std::string>> stops();
  Result<void> trip(const Counter& counter);

  Store* store_;
  Timestamp now_;
  bool engaged_ = false;
  std::string because_ = "the brake is engaged";
  std::vector<Counter> counters_;
};

// Adds a planned automatic step, or adds it as `held_by_brake` when the brake is engaged or this
// copy would pass a limit (which engages it). The step as added, with its id.
Result<Step> add_under_brake(Store& store, Step step, const BrakeSettings& limits,
                             const BrakeSubject& subject, Timestamp now);

// For a step that had given its place back (`not_delivered`) and is about to act after all: as it
// was, or `held_by_brake`. Writes no step.
Result<Step> admit_under_brake(Store& store, Step step, const BrakeSettings& limits,
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
