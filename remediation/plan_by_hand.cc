// The half of plan.h that people ask for: retract and restore.
#include <algorithm>
#include <optional>
#include <utility>

#include "remediation/directory/plan_target.h"
#include "remediation/existing_steps.h"
#include "remediation/mail_address.h"
#include "remediation/plan.h"

namespace secondlook {
namespace {

bool is_chosen(const HandWork& work, const std::string& mailbox) {
  return work.mailboxes.empty() || contains(work.mailboxes, mailbox);
}

// A restore that is still waiting or under way.
bool is_being_restored(const Step& step, const StepGroup& same_mailbox) {
  return std::any_of(same_mailbox.begin(), same_mailbox.end(), [&](const Step* other) {
    return other->restores && !is_final(other->state) && other->undoes == step.id;
  });
}

bool is_target_chosen(const HandWork& work, const PlanTarget& target) {
  return is_chosen(work, target.mailbox) ||
         std::any_of(target.addresses.begin(), target.addresses.end(),
                     [&](const std::string& address) { return is_chosen(work, address); });
}

bool is_already_as_far(const ExistingSteps& existing, const PlanTarget& target, Action action) {
  return existing.any_about(target, [&](const Step& step) {
    const bool acts = step.state == StepState::removed || step.state == StepState::begun ||
                      step.state == StepState::planned;
    return acts && !step.restores && reach_rank(step.action) >= reach_rank(action) &&
           !was_restored_since(step, existing.of_mailbox(step.mailbox));
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

bool removed_something(const Step& step, const StepGroup& same_mailbox) {
  const bool acted = step.state == StepState::removed || step.state == StepState::begun;
  return acted && !step.restores && !was_restored_since(step, same_mailbox) &&
         !is_being_restored(step, same_mailbox);
}

// In the order in which they happened: a step that the brake held acts long after later ones.
bool happened_before(const Step& earlier, const Step& later) {
  return std::pair(time_of_effect(earlier), earlier.id) <
         std::pair(time_of_effect(later), later.id);
}

// A later step that moved the same copy further on from where `step` had put it.
const Step* moved_on_by(const Step& step, const StepGroup& same_mailbox) {
  const Step* next = nullptr;
  for (const Step* later : same_mailbox)
    if (happened_before(step, *later) && !later->copy_id.empty() &&
        later->copy_id == step.destination_copy_id && removed_something(*later, same_mailbox) &&
        (next == nullptr || happened_before(*later, *next)))
      next = later;
  return next;
}

// Where the copy stood before the first of the steps that led to `last`.
std::optional<PreImage> first_place(const Step& last, const StepGroup& same_mailbox) {
  const Step* first = &last;
  for (std::size_t links = 0; links < same_mailbox.size(); ++links) {
    const auto earlier =
        std::find_if(same_mailbox.begin(), same_mailbox.end(), [&](const Step* step) {
          return moved_on_by(*step, same_mailbox) == first &&
                 removed_something(*step, same_mailbox);
        });
    if (earlier == same_mailbox.end()) break;
    first = *earlier;
  }
  return first->before;
}

Step restore_step(const Step& removal, const StepGroup& same_mailbox, const HandWork& work,
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
  step.before = first_place(removal, same_mailbox);
  return step;
}

}  // namespace

Plan plan_retract(MessageRowId message, const std::vector<Recipient>& recipients,
                  const TenantSettings& tenant, const std::vector<Step>& existing,
                  const HandWork& work, Timestamp now, const DirectoryView& directory) {
  Plan plan;
  const ExistingSteps known(existing, directory);
  for (const PlanTarget& target : plan_targets(recipients, directory)) {
    if (!is_target_chosen(work, target)) continue;
    if (is_already_as_far(known, target, work.action)) continue;
    plan.added.push_back(step_by_hand(message, tenant, target, work, now));
  }
  return plan;
}

Plan plan_restore(const std::vector<Step>& existing, const HandWork& work, Timestamp now) {
  Plan plan;
  const DirectoryView no_directory;
  const ExistingSteps known(existing, no_directory);
  for (const Step& step : existing) {
    const StepGroup& same_mailbox = known.of_mailbox(step.mailbox);
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
    } else if (removed_something(step, same_mailbox) &&
               moved_on_by(step, same_mailbox) == nullptr) {
      plan.added.push_back(restore_step(step, same_mailbox, work, now));
    }
  }
  return plan;
}

}  // namespace secondlook
