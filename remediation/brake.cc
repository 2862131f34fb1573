#include "remediation/brake.h"

#include <algorithm>

#include "base/log.h"
#include "remediation/mail_address.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostRules = 100;  // of one message
constexpr std::size_t kSampleMessages = 5;

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
  return state.released_at ? std::max(hour_ago, *state.released_at) : hour_ago;
}

std::string words(const BrakeKey& key) {
  if (key.scope == "all") return "in all";
  if (key.scope == "tenant") return "in tenant " + key.name;
  if (key.scope == "rule") return "by rule " + key.name;
  if (key.scope == "sender_domain") return "from sender domain " + key.name;
  return "from " + key.name.substr(key.name.find(' ') + 1) +
         ", a sender whose earlier mails were clean";
}

// Many earlier clean mails that were really this sender's, and this one is too: otherwise anybody
// could use a known name to trip the brake.
Result<bool> is_known(Store& store, const Step& step, const BrakeSettings& limits,
                      const BrakeSubject& subject) {
  if (limits.known_sender_mails == 0 || !subject.authenticated || subject.sender.empty())
    return false;
  const auto mails = store.known_good_mails(step.tenant, lower_case(subject.sender), step.message,
                                            4 * limits.known_sender_mails);
  if (!mails) return mails.error();
  return *mails >= limits.known_sender_mails;
}

}  // namespace

BrakeSubject brake_subject(const Verdict& verdict) {
  BrakeSubject subject;
  subject.from_domain = verdict.from_domain;
  subject.sender = verdict.sender;
  subject.authenticated = verdict.authentication.dmarc == "pass";
  for (const RuleHit& hit : verdict.hits)
    if (hit.score > 0 && severity_rank(hit.disposition) <= severity_rank(verdict.disposition))
      if (subject.rules.size() < kMostRules) subject.rules.push_back(hit.rule);
  return subject;
}

Result<BrakeGate> BrakeGate::open(Store& store, const Step& first, const BrakeSettings& limits,
                                  const BrakeSubject& subject, Timestamp now) {
  BrakeGate gate(store, now);
  const auto state = store.brake();
  if (!state) return state.error();
  gate.engaged_ = state->engaged;
  if (gate.engaged_) return gate;
  gate.counters_ = {{{"all", ""}, 0, limits.copies_per_hour}};
  if (limits.copies_per_tenant_per_hour > 0)
    gate.counters_.push_back({{"tenant", first.tenant}, 0, limits.copies_per_tenant_per_hour});
  const auto known = is_known(store, first, limits, subject);
  if (!known) return known.error();
  if (*known)
    gate.counters_.push_back({{"known_sender", first.tenant + " " + lower_case(subject.sender)},
                              0,
                              limits.copies_per_known_sender_per_hour});
  if (!subject.from_domain.empty())
    gate.counters_.push_back({{"sender_domain", lower_case(subject.from_domain)},
                              0,
                              limits.copies_per_sender_domain_per_hour});
  for (const std::string& rule : subject.rules)
    gate.counters_.push_back({{"rule", rule}, 0, limits.copies_per_rule_per_hour});
  std::vector<BrakeKey> keys;
  for (Counter& counter : gate.counters_) {
    const auto copies = store.copies_counted(counter.key, window_start(*state, now));
    if (!copies) return copies.error();
    counter.copies = *copies;
    keys.push_back(counter.key);
  }
  if (auto noted = store.count_against(first.message, keys, now); !noted) return noted.error();
  return gate;
}

Result<void> BrakeGate::trip(const Counter& counter) {
  BrakeState state{
      true, std::to_string(counter.copies) + " copies in the last hour " + words(counter.key), now_,
      std::nullopt, BrakeTrip{counter.key, counter.copies, counter.limit, {}}};
  auto messages = store_->newest_counted(counter.key, kSampleMessages);
  if (!messages) return messages.error();
  state.trip->messages = std::move(*messages);
  if (auto set = store_->set_brake(state); !set) return set;
  std::string samples;
  for (const MessageRowId id : state.trip->messages)
    samples += (samples.empty() ? "" : " ") + std::to_string(id);
  log_error("brake engaged", {{"because", state.because},
                              {"scope", counter.key.scope},
                              {"name", counter.key.name},
                              {"limit", std::to_string(counter.limit)},
                              {"messages", samples}});
  engaged_ = true;
  because_ = state.because;
  return {};
}

// Why the next copy may not go; trips the brake at its limit.
Result<std::optional<std::string>> BrakeGate::stops() {
  using Answer = std::optional<std::string>;
  if (!engaged_)
    for (const Counter& counter : counters_)
      if (counter.copies >= counter.limit) {
        if (auto tripped = trip(counter); !tripped) return tripped.error();
        break;
      }
  return engaged_ ? Answer(because_) : Answer();
}

Result<Step> BrakeGate::admit(Step step) {
  const auto stopped = stops();
  if (!stopped) return stopped.error();
  if (*stopped) {
    step.state = StepState::held_by_brake;
    step.detail = **stopped;
    step.next_try_at.reset();
    return step;
  }
  for (Counter& counter : counters_) ++counter.copies;
  return step;
}

Result<Step> BrakeGate::add(Step step) {
  auto admitted = admit(std::move(step));
  if (!admitted) return admitted;
  const auto id = store_->add_step(*admitted);
  if (!id) return id.error();
  admitted->id = *id;
  return admitted;
}

Result<Step> add_under_brake(Store& store, Step step, const BrakeSettings& limits,
                             const BrakeSubject& subject, Timestamp now) {
  auto gate = BrakeGate::open(store, step, limits, subject, now);
  if (!gate) return gate.error();
  return gate->add(std::move(step));
}

Result<Step> admit_under_brake(Store& store, Step step, const BrakeSettings& limits,
                               const BrakeSubject& subject, Timestamp now) {
  auto gate = BrakeGate::open(store, step, limits, subject, now);
  if (!gate) return gate.error();
  return gate->admit(std::move(step));
}

Result<BrakeRelease> release_brake(Store& store, HeldSteps decision, Timestamp now) {
  BrakeRelease release;
  if (auto set = store.release_brake_at(now); !set) return set.error();
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
