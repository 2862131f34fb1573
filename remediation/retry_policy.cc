#include "remediation/retry_policy.h"

#include <algorithm>
#include <array>

namespace secondlook {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<milliseconds, 7> kDeliverySchedule = {
    seconds(5), seconds(15), seconds(30), minutes(1), minutes(2), minutes(5), minutes(15)};
constexpr minutes kLongestBackoff{15};
constexpr seconds kSecondLookAtForbidden{30};
constexpr std::chrono::hours kBetweenQuarantineLooks{12};
constexpr std::chrono::days kLongestQuarantine{30};
constexpr std::array<std::string_view, 7> kQuarantined = {"AMP",  "HPHISH", "HPHSH", "HSPM",
                                                          "MALW", "PHISH",  "PHSH"};
constexpr std::uint32_t kMostLooks = 8;  // about five minutes of them

// A fifth more at most, so that a thousand steps planned at once do not come back at once.
milliseconds spread(milliseconds delay, double fraction) {
  return delay +
         milliseconds(static_cast<long long>(static_cast<double>(delay.count()) * 0.2 * fraction));
}

milliseconds backoff(std::uint32_t tries, double fraction) {
  const auto doubled = milliseconds(2000) * (1LL << std::min<std::uint32_t>(tries, 9));
  const auto longest = std::min<milliseconds>(doubled, kLongestBackoff);
  return milliseconds(500) +
         milliseconds(static_cast<long long>(static_cast<double>(longest.count()) * fraction));
}

std::string describe(const GraphError& error) {
  std::string text = error.code.empty() ? "no answer" : error.code;
  if (error.status != 0) text = std::to_string(error.status) + " " + text;
  return error.message.empty() ? text : text + ": " + error.message;
}

NextMove give_up(StepState state, std::string detail) {
  return {std::nullopt, state, std::move(detail)};
}

NextMove after_outage(const GraphError& error, const RetryQuestion& question) {
  // begun_at is later where the brake had held the step.
  const Step& step = question.step;
  const Timestamp since = std::max(step.planned_at, step.begun_at.value_or(step.planned_at));
  if (question.now - since > kOutageBudget)
    return give_up(StepState::failed, "given up after 24 hours of trying; " + describe(error));
  const milliseconds delay = error.retry_after ? spread(*error.retry_after, question.fraction)
                                               : backoff(step.tries, question.fraction);
  return {question.now + delay, StepState::failed, describe(error), error.was_sent};
}

}  // namespace

NextMove after_graph_error(const GraphError& error, const RetryQuestion& question) {
  switch (error.kind) {
    case GraphError::Kind::throttled:
    case GraphError::Kind::temporary:
    case GraphError::Kind::conflict:
    case GraphError::Kind::stale_id: return after_outage(error, question);
    case GraphError::Kind::no_such_mailbox:
      return give_up(StepState::unsupported_mailbox, "no mailbox there; " + describe(error));
    case GraphError::Kind::unsupported_mailbox:
      return give_up(StepState::unsupported_mailbox, describe(error));
    case GraphError::Kind::forbidden:
      // Exchange has been seen to say 403 under bursts: one more look before it is believed. What
      // the directory says about permissions is so.
      if (question.step.tries == 0 && error.code != "Authorization_RequestDenied")
        return {question.now + kSecondLookAtForbidden, StepState::forbidden, describe(error)};
      return give_up(StepState::forbidden, describe(error));
    case GraphError::Kind::quota:
      return give_up(StepState::failed, "the mailbox's quota is full; " + describe(error));
    case GraphError::Kind::refused: return give_up(StepState::failed, describe(error));
  }
  return give_up(StepState::failed, describe(error));
}

NextMove after_nothing_found(bool ambiguous, const RetryQuestion& question) {
  const Step& step = question.step;
  const std::string seen =
      ambiguous ? "another mail with its Message-ID is there, left alone" : "not in the mailbox";
  if (question.now - step.planned_at >= question.give_up_after)
    return give_up(ambiguous ? StepState::ambiguous_copy : StepState::not_found,
                   seen + " until the time to give up");
  const std::size_t index = std::min<std::size_t>(step.tries, kDeliverySchedule.size() - 1);
  // The last look falls on the end of the time, not beyond it.
  const Timestamp last = step.planned_at + question.give_up_after;
  const Timestamp next = question.now + spread(kDeliverySchedule[index], question.fraction);
  return {std::min(next, last), StepState::not_found, seen + " yet"};
}

bool is_quarantined_as_a_rule(std::string_view eop_category) {
  return std::find(kQuarantined.begin(), kQuarantined.end(), eop_category) != kQuarantined.end();
}

NextMove after_not_delivered(const RetryQuestion& question) {
  if (question.now - question.step.planned_at > kLongestQuarantine)
    return give_up(StepState::not_found, "not released within the 30 days of a quarantine");
  return {question.now + spread(kBetweenQuarantineLooks, question.fraction),
          StepState::not_delivered, ""};
}

milliseconds look_again_delay(const Step& step, double fraction) {
  return backoff(step.tries, fraction);
}

bool looks_are_spent(const Step& step) {
  return step.tries >= kMostLooks;
}

bool may_have_taken_effect(const GraphError& error) {
  if (!error.was_sent) return false;
  if (error.kind == GraphError::Kind::throttled) return error.status != 429;
  return error.kind == GraphError::Kind::temporary || error.kind == GraphError::Kind::stale_id ||
         error.kind == GraphError::Kind::conflict;
}

}  // namespace secondlook
