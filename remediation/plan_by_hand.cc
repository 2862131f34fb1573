// The half of plan.h that people ask for: retract and restore.
#include <algorithm>
#include <optional>
#include <utility>

#include "remediation/directory/plan_target.h"
#include "remediation/mail_address.h"
#include "remediation/plan.h"

namespace secondlook {
namespace {

// When a step took effect, as far as it is known.
Timestamp time_of(const Step& step) {
  return step.finished_at.value_or(step.begun_at.value_or(step.planned_at));
}

bool is_same_copy(const Step& left, const Step& right) {
  if (left.mailbox != right.mailbox) return false;
  return left.copy == right.copy || (!left.destination_copy_id.empty() &&
                                     left.destination_copy_id == right.destination_copy_id);
}

bool is_chosen(const HandWork& work, const std::string& mailbox) {
  return work.mailboxes.empty() || contains(work.mailboxes, mailbox);
}

// A restore that is still waiting or under way.
bool is_being_restored(const Step& step, const std::vector<Step>& existing) {
  return std::any_of(existing.begin(), existing.end(), [&](const Step& other) {
    return other.restores && !is_final(other.state) && other.undoes == step.id;
  });
}

bool is_target_chosen(const HandWork& work, const PlanTarget& target) {
  return is_chosen(work, target.mailbox) ||
         std::any_of(target.addresses.begin(), target.addresses.end(),
                     [&](const std::string& address) { return is_chosen(work, address); });
}

bool is_already_as_far(const std::vector<Step>& existing, const PlanTarget& target,
                       const DirectoryView& directory, Action action) {
  return std::any_of(existing.begin(), existing.end(), [&](const Step& step) {
    const bool acts = step.state == StepState::removed || step.state == StepState::begun ||
                      step.state == StepState::planned;
    return acts && !step.restores && is_about(step, target, directory) &&
           reach_rank(step.action) >= reach_rank(action) && !was_restored_since(step, existing);
  });
}

Step step_by_hand(MessageRowId message, const TenantSettings& tenant, const PlanTarget& target,
                  const HandWork& work, Timestamp now) {
  Step step;
  step.message = message;
  step.tenant = tenant.name;
  step.mailbox = target.mailbox;
  step.action = work.action;
  step.cause = work.cause;
  step.planned_at = now;
  auto known = no_mailbox(target, tenant);
  if (!known && work.mailboxes.empty()) {
    known = left_alone(target, tenant);
    if (known) known->detail += "; name it with --mailbox to act on it";
  }
  if (known) {
    step.state = known->state;
    step.detail = known->detail;
  }
  add_directory_facts(step, target);
  if (is_final(step.state))
    step.finished_at = now;
  else
    step.next_try_at = now;
  return step;
}

bool removed_something(const Step& step, const std::vector<Step>& existing) {
  const bool acted = step.state == StepState::removed || step.state == StepState::begun;
  return acted && !step.restores && !was_restored_since(step, existing) &&
         !is_being_restored(step, existing);
}

// In the order in which they happened: a step that the brake held acts long after later ones.
bool happened_before(const Step& earlier, const Step& later) {
  return std::pair(time_of(earlier), earlier.id) < std::pair(time_of(later), later.id);
}

// A later step that moved the same copy further on from where `step` had put it.
const Step* moved_on_by(const Step& step, const std::vector<Step>& existing) {
  const Step* next = nullptr;
  for (const Step& later : existing)
    if (happened_before(step, later) && later.mailbox == step.mailbox && !later.copy_id.empty() &&
        later.copy_id == step.destination_copy_id && removed_something(later, existing) &&
        (next == nullptr || happened_before(later, *next)))
      next = &later;
  return next;
}

// Where the copy stood before the first of the steps that led to `last`.
std::optional<PreImage> first_place(const Step& last, const std::vector<Step>& existing) {
  const Step* first = &last;
  for (std::size_t links = 0; links < existing.size(); ++links) {
    const auto earlier = std::find_if(existing.begin(), existing.end(), [&](const Step& step) {
      return moved_on_by(step, existing) == first && removed_something(step, existing);
    });
    if (earlier == existing.end()) break;
    first = &*earlier;
  }
  return first->before;
}

Step restore_step(const Step& removal, const std::vector<Step>& existing, const HandWork& work,
                  Timestamp now) {
  Step step;
  step.message = removal.message;
  step.tenant = removal.tenant;
  step.mailbox = removal.mailbox;
  step.copy = removal.copy;
  step.restores = true;
  step.undoes = removal.id;
  step.action = removal.action;
  step.cause = work.cause;
  step.planned_at = now;
  step.next_try_at = now;
  step.user_id = removal.user_id;
  step.before = first_place(removal, existing);
  return step;
}

}  // namespace

bool was_restored_since(const Step& step, const std::vector<Step>& existing) {
  return std::any_of(existing.begin(), existing.end(), [&](const Step& other) {
    if (!other.restores || other.state != StepState::restored) return false;
    return other.undoes == step.id ||
           (is_same_copy(other, step) && other.planned_at >= time_of(step));
  });
}

Plan plan_retract(MessageRowId message, const std::vector<Recipient>& recipients,
                  const TenantSettings& tenant, const std::vector<Step>& existing,
                  const HandWork& work, Timestamp now, const DirectoryView& directory) {
  Plan plan;
  for (const PlanTarget& target : plan_targets(recipients, directory)) {
    if (!is_target_chosen(work, target)) continue;
    if (is_already_as_far(existing, target, directory, work.action)) continue;
    plan.added.push_back(step_by_hand(message, tenant, target, work, now));
  }
  return plan;
}

Plan plan_restore(const std::vector<Step>& existing, const HandWork& work, Timestamp now) {
  Plan plan;
  for (const Step& step : existing) {
    if (step.restores || !is_chosen(work, step.mailbox)) continue;
    if (!work.only_causes.empty() && !contains(work.only_causes, step.cause)) continue;
    const bool waits = step.state == StepState::planned || step.state == StepState::held_by_brake ||
                       step.state == StepState::not_delivered;
    if (waits) {
      Step withdrawn = step;
      withdrawn.state = StepState::withdrawn;
      withdrawn.detail = "restored by hand before it was removed";
      withdrawn.finished_at = now;
      withdrawn.next_try_at.reset();
      plan.withdrawn.push_back(std::move(withdrawn));
    } else if (removed_something(step, existing) && moved_on_by(step, existing) == nullptr) {
      plan.added.push_back(restore_step(step, existing, work, now));
    }
  }
  return plan;
}

}  // namespace secondlook
