// When a step that could not be finished is tried again, and when it is given up. Pure: time comes
// as `now`, chance as `fraction` in [0, 1).
//
// A mail that is not there yet: the journal report may overtake the delivery, so it is looked for
// 5 s, 15 s, 30 s, 1, 2, 5, 15, 15 ... min apart until give_up_after.
// An outage (timeout, 5xx, throttling) is no answer about the mail: 2, 4, 8 s ... 15 min apart with
// full jitter, or as long as Graph asks; given up after kOutageBudget.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "graph_client/mailbox_client.h"
#include "schema/store/store.h"

namespace secondlook {

inline constexpr std::chrono::hours kOutageBudget{24};

// Either a time for the next try, or the final state; `detail` says why in plain words.
struct NextMove {
  std::optional<Timestamp> try_at;
  StepState final_state = StepState::failed;
  std::string detail;
  bool is_try = true;  // false: nothing was asked, so it counts as no try
};

struct RetryQuestion {
  const Step& step;
  Timestamp now;
  std::chrono::seconds give_up_after;
  double fraction;  // of the jitter
};

// Graph answered an error to a read, or to a write that surely had no effect.
NextMove after_graph_error(const GraphError& error, const RetryQuestion& question);

// Graph answered, and the mail was not there, or (`ambiguous`) only others with its Message-ID.
NextMove after_nothing_found(bool ambiguous, const RetryQuestion& question);

// Whether EOP, by the category it gave the mail, keeps such mails in quarantine where the tenant
// leaves it as it is: phish of high confidence and malware always, phish and spam of high
// confidence by the standard policies.
bool is_quarantined_as_a_rule(std::string_view eop_category);

// After nothing was found of a mail that is: looked for twice a day for 30 days, the longest that
// a quarantine keeps, so that a release is caught; then not_found.
NextMove after_not_delivered(const RetryQuestion& question);

// How long a begun step waits before it is looked at again.
std::chrono::milliseconds look_again_delay(const Step& step, double fraction);

// Whether a begun step has been looked for long enough to say that it is gone.
bool looks_are_spent(const Step& step);

// Whether the write may have happened although an error came back.
bool may_have_taken_effect(const GraphError& error);

}  // namespace secondlook
