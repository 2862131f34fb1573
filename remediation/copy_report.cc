#include "remediation/copy_report.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace secondlook {
namespace {

using nlohmann::json;

// A step whose next try is further off is told as waiting, instead of keeping people waiting.
constexpr std::chrono::seconds kPatience{10};
// Nobody says when further steps are planned: so often they are looked for, at the latest.
constexpr std::chrono::milliseconds kPlanningPause{50};
constexpr std::chrono::milliseconds kFollowingPause{1000};
constexpr std::size_t kStepsAtOnce = 500;

json time_or_null(const std::optional<Timestamp>& time) {
  return time ? json(format_rfc3339(*time)) : json(nullptr);
}

json text_or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string copy_item(const Step& step) {
  const auto at = step.finished_at ? step.finished_at
                  : step.begun_at  ? step.begun_at
                                   : std::optional(step.planned_at);
  return dump({{"id", step.message},
               {"mailbox", step.mailbox},
               {"action", std::string(name_of(step.action))},
               {"state", std::string(name_of(step.state))},
               {"folder_before", text_or_null(step.before ? step.before->folder_name : "")},
               {"at", time_or_null(at)},
               {"undo_until", time_or_null(step.undo_until)},
               {"detail", text_or_null(step.detail)}});
}

void CopyReport::tell(const Step& step) {
  ++copies_;
  ++states_[std::string(name_of(step.state))];
  // An operator who went away stops the telling, not the work.
  if (sink_is_open_) sink_is_open_ = sink_(copy_item(step)).has_value();
}

Result<void> CopyReport::take_in(StepId id) {
  const auto step = context_.store.with([&](Store& store) { return store.step(id); });
  if (!step) return step.error();
  if (!*step) return {};
  if (is_final((*step)->state))
    tell(**step);
  else
    watched_[id] = **step;
  return {};
}

Result<void> CopyReport::take_in_new_steps() {
  for (;;) {
    const auto steps = context_.store.with([&](Store& store) {
      return store.steps_of_hand_command(command_, last_taken_in_, kStepsAtOnce);
    });
    if (!steps) return steps.error();
    for (const StepId id : *steps) {
      last_taken_in_ = id;
      if (auto taken = take_in(id); !taken) return taken;
    }
    if (steps->size() < kStepsAtOnce) return {};
  }
}

Result<void> CopyReport::look_at(const std::vector<StepId>& steps) {
  for (const StepId id : steps) {
    const auto watched = watched_.find(id);
    if (watched == watched_.end()) continue;
    watched_.erase(watched);
    if (auto taken = take_in(id); !taken) return taken;
  }
  return {};
}

bool CopyReport::is_worth_waiting(Timestamp now) const {
  if (command_.state == HandCommandState::planning) return true;
  return std::any_of(watched_.begin(), watched_.end(), [&](const auto& entry) {
    const auto& next = entry.second.next_try_at;
    return !next || *next - now <= kPatience;
  });
}

void CopyReport::tell_progress() {
  const std::string now = dump({{"command", command_.id},
                                {"messages", command_.messages},
                                {"planned", command_.messages - command_.unplanned},
                                {"copies", copies_ + watched_.size()},
                                {"ended", copies_}});
  if (now == last_progress_ || !sink_is_open_) return;
  last_progress_ = now;
  sink_is_open_ = progress_(now).has_value();
}

// What changed since `seen`, looked at.
Result<std::uint64_t> CopyReport::wait_for_more(std::uint64_t seen) {
  const bool plans = command_.state == HandCommandState::planning;
  const auto changes =
      context_.queue.wait_for_change(seen, plans ? kPlanningPause : kFollowingPause);
  std::vector<StepId> steps = changes.steps;
  if (changes.missed) {
    steps.clear();
    for (const auto& [id, step] : watched_) steps.push_back(id);
  }
  if (auto looked = look_at(steps); !looked) return looked.error();
  return changes.seen;
}

Result<void> CopyReport::follow(std::int64_t command, std::uint64_t seen, bool stays) {
  auto quiet_since = context_.clock.steady();
  for (std::uint64_t ended = 0;;) {
    const auto stored =
        context_.store.with([&](Store& store) { return store.hand_command(command); });
    if (!stored) return stored.error();
    if (!*stored) return not_found("command " + std::to_string(command));
    command_ = **stored;
    if (auto taken = take_in_new_steps(); !taken) return taken;
    tell_progress();
    const auto now = context_.clock.steady();
    if (copies_ != ended) quiet_since = now;
    ended = copies_;
    if (!stays || !sink_is_open_ || !is_worth_waiting(context_.clock.now()) ||
        now - quiet_since >= context_.longest_wait || context_.queue.is_closed())
      break;
    const auto waited = wait_for_more(seen);
    if (!waited) return waited.error();
    seen = *waited;
  }
  const auto withdrawn =
      context_.store.with([&](Store& store) { return store.withdrawals_of(command); });
  if (!withdrawn) return withdrawn.error();
  for (const StepId id : *withdrawn)
    if (auto taken = take_in(id); !taken) return taken;
  waiting_ = watched_.size();
  for (const auto& [id, step] : watched_) tell(step);
  return {};
}

std::string CopyReport::done() const {
  json done = {{"copies", copies_}, {"states", states_}, {"waiting", waiting_}};
  if (command_.id != 0) {
    done["command"] = command_.id;
    done["state"] = std::string(name_of(command_.state));
  }
  return dump(done);
}

}  // namespace secondlook
