#include "remediation/existing_steps.h"

#include <algorithm>

namespace secondlook {
namespace {

bool is_same_copy(const Step& left, const Step& right) {
  if (left.mailbox != right.mailbox) return false;
  return left.copy == right.copy || (!left.destination_copy_id.empty() &&
                                     left.destination_copy_id == right.destination_copy_id);
}

}  // namespace

ExistingSteps::ExistingSteps(const std::vector<Step>& steps, const DirectoryView& directory)
    : directory_(directory) {
  for (const Step& step : steps) {
    by_mailbox_[step.mailbox].push_back(&step);
    by_any_name_[step.mailbox].push_back(&step);
    // The view holds the text that is the key.
    if (const RecipientPlace* const place = directory.find(step.mailbox);
        place != nullptr && place->mailbox != step.mailbox)
      by_any_name_[place->mailbox].push_back(&step);
    if (!step.user_id.empty()) by_user_[step.user_id].push_back(&step);
  }
}

const StepGroup& ExistingSteps::find(const Index& index, std::string_view key) {
  static const StepGroup kNone;
  const auto found = index.find(key);
  return found == index.end() ? kNone : found->second;
}

const StepGroup& ExistingSteps::of_mailbox(std::string_view mailbox) const {
  return find(by_mailbox_, mailbox);
}

Timestamp time_of_effect(const Step& step) {
  return step.finished_at.value_or(step.begun_at.value_or(step.planned_at));
}

bool was_restored_since(const Step& step, const StepGroup& same_mailbox) {
  return std::any_of(same_mailbox.begin(), same_mailbox.end(), [&](const Step* other) {
    if (!other->restores || other->state != StepState::restored) return false;
    return other->undoes == step.id ||
           (is_same_copy(*other, step) && other->planned_at >= time_of_effect(step));
  });
}

}  // namespace secondlook
