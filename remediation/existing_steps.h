// What was planned for a message before, found by mailbox: a report of 10,000 recipients has as
// many steps, and each new recipient asks for its own alone.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "remediation/directory/plan_target.h"
#include "schema/store/store.h"

namespace secondlook {

// In the order in which they were planned. Pointers into the vector that was indexed.
using StepGroup = std::vector<const Step*>;

class ExistingSteps {
 public:
  // `steps` and `directory` must outlive it.
  ExistingSteps(const std::vector<Step>& steps, const DirectoryView& directory);

  // Of the copies in one mailbox, by the address its steps stand under. Whatever happened to a copy
  // stands under the same one.
  const StepGroup& of_mailbox(std::string_view mailbox) const;

  // Whether an earlier step is about the target (is_about, plan_target.h) and satisfies `test`.
  template <typename Test>
  bool any_about(const PlanTarget& target, const Test& test) const {
    const auto holds_in = [&](const StepGroup& group) {
      for (const Step* const step : group)
        if (is_about(*step, target, directory_) && test(*step)) return true;
      return false;
    };
    if (holds_in(find(by_any_name_, target.mailbox))) return true;
    return target.place != nullptr && !target.place->user_id.empty() &&
           holds_in(find(by_user_, target.place->user_id));
  }

 private:
  using Index = std::unordered_map<std::string_view, StepGroup>;
  static const StepGroup& find(const Index& index, std::string_view key);

  const DirectoryView& directory_;
  Index by_mailbox_;
  Index by_any_name_;  // under its own address, and under the mailbox that it leads to
  Index by_user_;      // Graph object id
};

// When a step took effect, as far as it is known.
Timestamp time_of_effect(const Step& step);

// Whether the copy was put back after `step` removed it: by a restore of that step, or by a later
// one of the same copy. `same_mailbox`: the steps of its mailbox.
bool was_restored_since(const Step& step, const StepGroup& same_mailbox);

}  // namespace secondlook
