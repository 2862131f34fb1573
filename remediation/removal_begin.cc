#include "remediation/removal_begin.h"

#include <algorithm>

#include "remediation/brake.h"
#include "remediation/plan.h"
#include "schema/store/search.h"

namespace secondlook {
namespace {

Result<BrakeSubject> subject_of(Store& store, const Step& step) {
  const auto message = find_message(store, step.message);
  if (!message) return message.error();
  if (!*message) return not_found("message " + std::to_string(step.message));
  return brake_subject((*message)->verdict);
}

Result<void> add_further_step(Store& store, const TenantSettings& tenant, const Step& step,
                              Timestamp now) {
  if (step.cause != kAutomaticCause) {
    const auto added = store.add_step(step);
    return added ? Result<void>() : added.error();
  }
  const auto subject = subject_of(store, step);
  if (!subject) return subject.error();
  const auto added = add_under_brake(store, step, tenant.policy.brake, *subject, now);
  return added ? Result<void>() : added.error();
}

// A mail that was not delivered gave its place under the brake back. Somebody who releases a
// thousand mails from quarantine may be right, and we wrong: each needs a place again.
Result<Step> take_place_again(Store& store, const TenantSettings& tenant, Step step,
                              Timestamp now) {
  const auto subject = subject_of(store, step);
  if (!subject) return subject.error();
  auto admitted = admit_under_brake(store, std::move(step), tenant.policy.brake, *subject, now);
  if (!admitted || admitted->state != StepState::held_by_brake) return admitted;
  admitted->finished_at.reset();
  if (auto written = store.update_step(*admitted); !written) return written.error();
  return admitted;
}

// Two addresses of one user are two steps, and may find the same copy at the same moment.
Result<bool> is_begun_by_another(Store& store, const Step& step) {
  const auto siblings = store.steps_beside(step);
  if (!siblings) return siblings.error();
  return std::any_of(siblings->begin(), siblings->end(), [&](const Step& other) {
    return other.id != step.id && other.copy_id == step.copy_id && other.state == StepState::begun;
  });
}

Result<Step> wait_for_the_other(Store& store, Step step, Timestamp now) {
  constexpr std::chrono::seconds kPause{2};
  step.copy_id.clear();
  step.before.reset();
  step.next_try_at = now + kPause;
  step.detail = "another step works on this copy";
  if (auto written = store.update_step(step); !written) return written.error();
  return step;
}

}  // namespace

Result<void> add_further_steps(Store& store, const TenantSettings& tenant, const Step& step,
                               const std::vector<std::string>& copies, Timestamp now) {
  if (copies.empty()) return {};
  const auto siblings = store.steps_beside(step);
  if (!siblings) return siblings.error();
  std::uint32_t ordinal = step.copy;
  for (const Step& other : *siblings)
    if (other.mailbox == step.mailbox) ordinal = std::max(ordinal, other.copy);
  for (const std::string& copy_id : copies) {
    Step further;
    further.message = step.message;
    further.tenant = step.tenant;
    further.mailbox = step.mailbox;
    further.copy = ++ordinal;
    further.action = step.action;
    further.cause = step.cause;
    further.planned_at = now;
    further.next_try_at = now;
    further.user_id = step.user_id;
    further.copy_id = copy_id;
    if (auto added = add_further_step(store, tenant, further, now); !added) return added;
  }
  return {};
}

GraphResult<PreImage> pre_image_of(MailboxClient& client, const std::string& user_id,
                                   const MailCopy& copy) {
  PreImage image{copy.parent_folder_id, "",        copy.is_read,
                 copy.categories,       copy.flag, copy.importance};
  const auto name = client.folder_name(user_id, copy.parent_folder_id);
  if (name) image.folder_name = *name;
  if (!name && name.error().kind != GraphError::Kind::stale_id &&
      name.error().kind != GraphError::Kind::refused)
    return name.error();
  return image;
}

Result<Step> begin_step(const StepContext& context, const TenantSettings& tenant, Step step,
                        const std::vector<std::string>& further_copies) {
  const Timestamp now = context.clock.now();
  return context.store.in_transaction([&](Store& store) -> Result<Step> {
    auto stored = store.step(step.id);
    if (!stored) return stored.error();
    if (!*stored) return not_found("step " + std::to_string(step.id));
    const bool may_begin =
        (*stored)->state == StepState::planned || (*stored)->state == StepState::not_delivered;
    if (!may_begin) return **stored;
    if ((*stored)->state == StepState::not_delivered && step.cause == kAutomaticCause) {
      auto admitted = take_place_again(store, tenant, step, now);
      if (!admitted || admitted->state == StepState::held_by_brake) return admitted;
    }
    const auto busy = is_begun_by_another(store, step);
    if (!busy) return busy.error();
    if (*busy) return wait_for_the_other(store, std::move(step), now);
    step.state = StepState::begun;
    step.detail.clear();
    step.finished_at.reset();
    step.tries = 0;
    // A step that the brake had released keeps the time of its release.
    if (!step.begun_at) step.begun_at = now;
    step.next_try_at = now;
    if (auto added = add_further_steps(store, tenant, step, further_copies, now); !added)
      return added.error();
    if (auto written = store.update_step(step); !written) return written.error();
    return step;
  });
}

}  // namespace secondlook
