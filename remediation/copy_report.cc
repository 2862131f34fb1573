#include "remediation/copy_report.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace secondlook {
namespace {

using nlohmann::json;

// A step whose next try is further off is told as waiting, instead of keeping people waiting.
constexpr std::chrono::seconds kPatience{10};

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

void CopyReport::add(const Step& step) {
  if (is_final(step.state))
    tell(step);
  else
    watched_[step.id] = step;
}

void CopyReport::look_for_further_copies(const Step& step) {
  const auto siblings =
      context_.store.with([&](Store& store) { return store.steps_of(step.message); });
  if (!siblings) return;
  for (const Step& sibling : *siblings)
    if (sibling.cause == step.cause && sibling.id > step.id && sibling.mailbox == step.mailbox &&
        !is_final(sibling.state))
      watched_.try_emplace(sibling.id, sibling);
}

void CopyReport::look_at(StepId id) {
  const auto watched = watched_.find(id);
  if (watched == watched_.end()) return;
  const auto stored = context_.store.with([&](Store& store) { return store.step(id); });
  if (!stored || !*stored) return;
  watched->second = **stored;
  if (!is_final((*stored)->state)) return;
  watched_.erase(watched);
  tell(**stored);
  look_for_further_copies(**stored);
}

bool CopyReport::is_worth_waiting(Timestamp now) const {
  return std::any_of(watched_.begin(), watched_.end(), [&](const auto& entry) {
    const auto& next = entry.second.next_try_at;
    return !next || *next - now <= kPatience;
  });
}

void CopyReport::follow(std::uint64_t seen) {
  const auto end = context_.clock.steady() + context_.longest_wait;
  while (sink_is_open_ && is_worth_waiting(context_.clock.now())) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - context_.clock.steady());
    if (left.count() <= 0) break;
    const auto changes = context_.queue.wait_for_change(seen, left);
    if (changes.seen == seen) break;  // the time is up, or the executor stops
    seen = changes.seen;
    std::vector<StepId> steps = changes.steps;
    if (changes.missed)
      for (const auto& [id, step] : watched_) steps.push_back(id);
    for (const StepId id : steps) look_at(id);
  }
  waiting_ = watched_.size();
  for (const auto& [id, step] : watched_) tell(step);
}

std::string CopyReport::done() const {
  return dump({{"copies", copies_}, {"states", states_}, {"waiting", waiting_}});
}

}  // namespace secondlook
