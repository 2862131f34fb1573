// The mailboxes a plan is about: recipients' addresses, with the directory's help one for each
// mailbox, however many of its addresses stand in the report. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "remediation/directory/recipient_place.h"

namespace secondlook {

// The detail of a step that is planned for such a recipient.
inline constexpr const char* kUnknownToDirectory = "unknown to the directory: tried by address";

struct PlanTarget {
  std::string mailbox;                    // under which its steps stand
  std::vector<std::string> addresses;     // of the report that lead to it, lower case
  const RecipientPlace* place = nullptr;  // of the first of them, in the view; null: not known
};

std::vector<PlanTarget> plan_targets(const std::vector<Recipient>& recipients,
                                     const DirectoryView& directory);

// Whether an earlier step is about that mailbox, also under another of its addresses.
bool is_about(const Step& step, const PlanTarget& target, const DirectoryView& directory);

struct KnownOutcome {
  StepState state = StepState::planned;
  std::string detail;
};
// Why there is no mailbox to act on: external, group, group_mailbox, contact or public_folder.
std::optional<KnownOutcome> no_mailbox(const PlanTarget& target, const TenantSettings& tenant);
// Why the mailbox is not touched automatically: protected_mailbox or excluded.
std::optional<KnownOutcome> left_alone(const PlanTarget& target, const TenantSettings& tenant);

// What the directory says of a step that is planned: the mailbox's id, or that it is not known.
void add_directory_facts(Step& step, const PlanTarget& target);

}  // namespace secondlook
