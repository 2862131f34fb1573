#include "notify/alerts/alert_intake.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "notify/alerts/alert_words.h"

namespace secondlook {
namespace {

constexpr std::size_t kAtOnce = 500;
constexpr std::chrono::hours kHour{1};

std::string text_of(const std::string& name, const nlohmann::json& value) {
  if (name == "expires_at" && value.is_number_integer())
    return time_text(Timestamp(std::chrono::microseconds(value.get<std::int64_t>())));
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "" : value.dump();
}

bool stands_in(const std::vector<AlertKind>& kinds, AlertKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

Alert alert_of_condition(const Condition& condition, Timestamp now) {
  Alert alert;
  alert.kind = condition.kind;
  alert.severity = condition.severity;
  alert.tenant = condition.tenant;
  alert.first_at = alert.last_at = now;
  alert.facts = condition.facts;
  return alert;
}

bool is_same(const Condition& condition, const StandingCondition& standing) {
  return condition.kind == standing.kind && condition.tenant == standing.tenant &&
         condition.subject == standing.subject;
}

}  // namespace

std::optional<Alert> alert_of_event(const AlertEvent& event) {
  const auto kind = parse_alert_kind(event.kind);
  if (!kind) return std::nullopt;
  Alert alert;
  alert.kind = *kind;
  alert.severity = severity_of(*kind);
  alert.tenant = event.tenant;
  alert.first_at = alert.last_at = event.at;
  AlertSample sample;
  sample.message = event.message.value_or(0);
  const auto detail = nlohmann::json::parse(event.detail, nullptr, false);
  if (detail.is_object())
    for (const auto& [name, value] : detail.items()) {
      if (name == "mailbox")
        sample.mailbox = text_of(name, value);
      else if (!value.is_null())
        alert.facts[name] = text_of(name, value);
    }
  if (event.message) alert.messages.push_back(*event.message);
  if (event.message || !sample.mailbox.empty()) alert.samples.push_back(std::move(sample));
  return alert;
}

Result<bool> AlertIntake::take(AlertEvents& events, Timestamp now) {
  const auto written = events.written();
  if (!written) return written.error();
  auto position = outbox_.position();
  if (!position) return position.error();
  if (!*position || **position > *written) {
    if (*position)
      log_warning("alerts: the database is another one than before, alerts go on from its end");
    if (auto set = outbox_.set_position(*written); !set) return set.error();
    return false;
  }
  std::int64_t mark = **position;
  if (const auto range = events.range(); range && *range && (*range)->first > mark + 1) {
    const auto missed = static_cast<std::uint64_t>((*range)->first - mark - 1);
    mark = (*range)->first - 1;
    log_error("alerts: events were gone before they were read",
              {{"events", std::to_string(missed)}});
    auto noted = outbox_.in_transaction([&]() -> Result<void> {
      if (auto added = outbox_.add_missed(missed); !added) return added;
      return outbox_.set_position(mark);
    });
    if (!noted) return noted.error();
  }
  bool any = false;
  for (;;) {
    const auto batch = events.after(mark, kAtOnce);
    if (!batch) return batch.error();
    if (batch->empty()) return any;
    auto taken = outbox_.in_transaction([&]() -> Result<void> {
      for (const AlertEvent& event : *batch)
        if (auto added = add(&events, event, now); !added) return added;
      return outbox_.set_position(batch->back().id);
    });
    if (!taken) return taken.error();
    mark = batch->back().id;
    any = true;
  }
}

Result<void> AlertIntake::add(AlertEvents* events, const AlertEvent& event, Timestamp now) {
  const auto alert = alert_of_event(event);
  if (!alert) {
    log_warning("alerts: an event of an unknown kind", {{"kind", event.kind}});
    return {};
  }
  if (alert->kind == AlertKind::test) return queue_test(*alert, now);
  return add_to_rules(events, *alert, now);
}

Result<void> AlertIntake::add_to_rules(AlertEvents* events, const Alert& alert, Timestamp now) {
  std::optional<AlertedMessage> message;
  bool is_looked_up = false;
  for (const AlertRule& rule : settings_.rules) {
    if (!wants(rule, alert)) continue;
    if (!is_looked_up && events != nullptr && !alert.messages.empty()) {
      auto found = events->message(alert.messages.front());
      if (!found) return found.error();
      message = std::move(*found);
      is_looked_up = true;
    }
    Alert own = alert;
    own.rule = rule.name;
    own.language = rule.language;
    for (AlertSample& sample : own.samples) {
      if (message) sample.rules = message->rules;
      if (message && rule.addresses) sample.sender = message->sender;
      if (message && rule.subject) sample.subject = message->subject;
      if (!rule.addresses) sample.mailbox.clear();
    }
    if (auto added = add_to_group(rule, std::move(own), now); !added) return added;
  }
  return {};
}

Result<void> AlertIntake::add_to_group(const AlertRule& rule, Alert alert, Timestamp now) {
  auto group = outbox_.find_group(alert);
  if (!group) return group.error();
  // With group_for = 0 each event is its own alert: the group goes at once, in this transaction.
  if (!*group)
    *group = AlertGroup{0, now + rule.group_for, std::move(alert)};
  else
    merge_into((*group)->alert, alert);
  if (auto put = outbox_.put_group(**group); !put) return put;
  if (rule.group_for.count() > 0) return {};
  auto stored = outbox_.find_group((*group)->alert);
  if (!stored) return stored.error();
  return *stored ? queue_or_hold(**stored, now) : Result<void>();
}

Result<void> AlertIntake::queue_test(const Alert& alert, Timestamp now) {
  const auto channel = alert.facts.find("channel");
  if (channel == alert.facts.end() || settings_.find_channel(channel->second) == nullptr) {
    log_warning("alerts: a test was asked for of a channel that is not there");
    return {};
  }
  Alert test = alert;
  test.samples.clear();
  for (const AlertRule& rule : settings_.rules)
    if (std::find(rule.channels.begin(), rule.channels.end(), channel->second) !=
        rule.channels.end())
      test.language = rule.language;
  // A group of its own, which is queued in the same transaction.
  if (auto put = outbox_.put_group({0, now, test}); !put) return put;
  auto group = outbox_.find_group(test);
  if (!group) return group.error();
  return *group ? outbox_.queue_group(**group, {channel->second}, now) : Result<void>();
}

Result<void> AlertIntake::take_conditions(const std::vector<Condition>& found,
                                          const std::vector<AlertKind>& looked_at, Timestamp now) {
  return outbox_.in_transaction([&]() -> Result<void> {
    auto standing = outbox_.conditions();
    if (!standing) return standing.error();
    for (const Condition& condition : found) {
      const auto before =
          std::find_if(standing->begin(), standing->end(),
                       [&](const StandingCondition& one) { return is_same(condition, one); });
      const bool is_new = before == standing->end();
      if (!is_new && now - before->told_at < settings_.repeat_after) continue;
      const Timestamp since = is_new ? now : before->since;
      auto told =
          outbox_.put_condition({condition.kind, condition.tenant, condition.subject, since, now});
      if (told) told = add_to_rules(nullptr, alert_of_condition(condition, now), now);
      if (!told) return told;
    }
    for (const StandingCondition& one : *standing) {
      const bool holds = std::any_of(found.begin(), found.end(), [&](const Condition& condition) {
        return is_same(condition, one);
      });
      if (holds || !stands_in(looked_at, one.kind)) continue;
      Condition over{one.kind, severity_of(one.kind), one.tenant, one.subject, {}};
      over.facts["subject"] = one.subject;
      Alert alert = alert_of_condition(over, now);
      alert.resolved = true;
      alert.first_at = one.since;
      auto told = outbox_.remove_condition(one);
      if (told) told = add_to_rules(nullptr, alert, now);
      if (!told) return told;
    }
    return {};
  });
}

Result<void> AlertIntake::queue_due(Timestamp now) {
  return outbox_.in_transaction([&]() -> Result<void> {
    const auto groups = outbox_.due_groups(now);
    if (!groups) return groups.error();
    for (const AlertGroup& group : *groups)
      if (auto queued = queue_or_hold(group, now); !queued) return queued;
    return outbox_.prune(now);
  });
}

Result<void> AlertIntake::queue_or_hold(const AlertGroup& group, Timestamp now) {
  const auto rule =
      std::find_if(settings_.rules.begin(), settings_.rules.end(),
                   [&](const AlertRule& one) { return one.name == group.alert.rule; });
  // A rule that was taken out of the configuration: nobody is to be told.
  if (rule == settings_.rules.end()) return outbox_.queue_group(group, {}, now);
  if (const auto until = quiet_until(*rule, group.alert, now, minute_of_day_))
    return outbox_.hold_group(group.id, *until);
  const auto full = outbox_.nth_newest_queued(rule->name, rule->most_an_hour, now - kHour);
  if (!full) return full.error();
  if (*full) return outbox_.hold_group(group.id, **full + kHour);
  return outbox_.queue_group(group, rule->channels, now);
}

}  // namespace secondlook
