#include "remediation/brake.h"

#include <algorithm>

#include "base/log.h"

namespace secondlook {
namespace {

std::string words(std::uint64_t count, const std::string& what) {
  return std::to_string(count) + " copies in the last hour " + what;
}

void settle_held(Step& step, HeldSteps decision, Timestamp now) {
  if (decision == HeldSteps::drop) {
    step.state = StepState::withdrawn;
    step.detail = "dropped by resume";
    step.finished_at = now;
    step.next_try_at.reset();
    return;
  }
  step.state = StepState::planned;
  step.detail = "released by resume";
  step.tries = 0;
  step.next_try_at = now;
  // Just before the new window: released steps act, and leave it empty for what comes.
  step.begun_at = now - std::chrono::microseconds(1);
}

// An hour, but not from before the last release.
Timestamp window_start(const BrakeState& state, Timestamp now) {
  const Timestamp hour_ago = now - std::chrono::hours(1);
  if (state.engaged || !state.since) return hour_ago;
  return std::max(hour_ago, *state.since);
}

// The limit that one more copy would pass, in plain words; nothing while there is room.
Result<std::optional<std::string>> limit_reached(Store& store, const BrakeSettings& limits,
                                                 const BrakeSubject& subject, Timestamp since) {
  using Answer = std::optional<std::string>;
  const auto all = store.automatic_steps_since(since);
  if (!all) return all.error();
  if (*all >= limits.copies_per_hour) return Answer(words(*all, "in all"));
  if (!subject.from_domain.empty()) {
    const auto domain = store.automatic_steps_of_domain_since(subject.from_domain, since);
    if (!domain) return domain.error();
    if (*domain >= limits.copies_per_sender_domain_per_hour)
      return Answer(words(*domain, "from sender domain " + subject.from_domain));
  }
  for (const std::string& rule : subject.rules) {
    const auto hits = store.automatic_steps_of_rule_since(rule, since);
    if (!hits) return hits.error();
    if (*hits >= limits.copies_per_rule_per_hour) return Answer(words(*hits, "by rule " + rule));
  }
  return Answer();
}

// Why the next copy may not go; trips the brake at its limit.
Result<std::optional<std::string>> brake_stops(Store& store, const BrakeSettings& limits,
                                               const BrakeSubject& subject, Timestamp now) {
  const auto state = store.brake();
  if (!state) return state.error();
  if (state->engaged) return std::optional<std::string>("the brake is engaged");
  auto reason = limit_reached(store, limits, subject, window_start(*state, now));
  if (!reason || !*reason) return reason;
  if (auto set = store.set_brake({true, **reason, now}); !set) return set.error();
  log_error("brake engaged", {{"because", **reason}});
  return reason;
}

}  // namespace

BrakeSubject brake_subject(const Verdict& verdict) {
  BrakeSubject subject;
  subject.from_domain = verdict.from_domain;
  for (const RuleHit& hit : verdict.hits)
    if (hit.score > 0 && severity_rank(hit.disposition) <= severity_rank(verdict.disposition))
      subject.rules.push_back(hit.rule);
  return subject;
}

Result<Step> add_under_brake(Store& store, Step step, const BrakeSettings& limits,
                             const BrakeSubject& subject, Timestamp now) {
  const auto stopped = brake_stops(store, limits, subject, now);
  if (!stopped) return stopped.error();
  if (*stopped) {
    step.state = StepState::held_by_brake;
    step.detail = **stopped;
    step.next_try_at.reset();
  }
  const auto id = store.add_step(step);
  if (!id) return id.error();
  step.id = *id;
  return step;
}

Result<BrakeRelease> release_brake(Store& store, HeldSteps decision, Timestamp now) {
  BrakeRelease release;
  if (auto set = store.set_brake({false, "", now}); !set) return set.error();
  auto held = store.steps_in_state(StepState::held_by_brake);
  if (!held) return held.error();
  for (Step& step : *held) {
    if (decision == HeldSteps::keep) {
      ++release.still_held;
      continue;
    }
    settle_held(step, decision, now);
    if (auto written = store.update_step(step); !written) return written.error();
    ++(decision == HeldSteps::drop ? release.dropped : release.released);
  }
  return release;
}

}  // namespace secondlook
