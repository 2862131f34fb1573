#include "remediation/directory/plan_target.h"

#include <algorithm>

#include "remediation/mail_address.h"
#include "remediation/plan.h"

namespace secondlook {
namespace {

using Kind = RecipientPlace::Kind;
using Treatment = RecipientPlace::Treatment;

KnownOutcome outcome(StepState state, std::string_view detail, const std::string& because) {
  std::string text(detail);
  if (!because.empty()) text += text.empty() ? because : "; " + because;
  return {state, text};
}

}  // namespace

std::vector<PlanTarget> plan_targets(const std::vector<Recipient>& recipients,
                                     const DirectoryView& directory) {
  std::vector<PlanTarget> targets;
  std::map<std::string, std::size_t> by_mailbox;
  for (std::string& address : addresses_of(recipients)) {
    const std::string mailbox = directory.mailbox_of(address);
    const auto [known, is_new] = by_mailbox.try_emplace(mailbox, targets.size());
    if (is_new) targets.push_back({mailbox, {}, directory.find(address)});
    targets[known->second].addresses.push_back(std::move(address));
  }
  return targets;
}

bool is_about(const Step& step, const PlanTarget& target, const DirectoryView& directory) {
  if (step.mailbox == target.mailbox) return true;
  if (target.place == nullptr) return false;
  const bool is_same_user = !step.user_id.empty() && step.user_id == target.place->user_id;
  return is_same_user || directory.mailbox_of(step.mailbox) == target.mailbox;
}

std::optional<KnownOutcome> no_mailbox(const PlanTarget& target, const TenantSettings& tenant) {
  const RecipientPlace* const place = target.place;
  const Kind kind = place == nullptr ? Kind::unknown : place->kind;
  switch (kind) {
    case Kind::mailbox: return std::nullopt;
    case Kind::unknown: break;
    case Kind::group:
      return outcome(StepState::group, "a distribution list: its members have copies of their own",
                     place->because);
    case Kind::group_mailbox:
      return outcome(StepState::group_mailbox,
                     "a Microsoft 365 group: its own mailbox is out of reach, its members have "
                     "copies of their own",
                     place->because);
    case Kind::contact:
      return outcome(StepState::contact, "a mail contact: the mailbox is elsewhere",
                     place->because);
    case Kind::public_folder:
      return outcome(StepState::public_folder, "a public folder: out of reach", place->because);
    case Kind::external: return outcome(StepState::external, "", place->because);
  }
  if (is_inside(tenant, target.mailbox)) return std::nullopt;
  return outcome(StepState::external, "not in the tenant's domains", "");
}

std::optional<KnownOutcome> left_alone(const PlanTarget& target, const TenantSettings& tenant) {
  if (target.place == nullptr) {
    if (!contains(tenant.policy.protected_mailboxes, target.mailbox)) return std::nullopt;
    return outcome(StepState::protected_mailbox, "[policy] protected_mailboxes names it", "");
  }
  switch (target.place->treatment) {
    case Treatment::act: return std::nullopt;
    case Treatment::excluded: return outcome(StepState::excluded, "", target.place->because);
    case Treatment::protected_mailbox:
      return outcome(StepState::protected_mailbox, "", target.place->because);
  }
  return std::nullopt;
}

void add_directory_facts(Step& step, const PlanTarget& target) {
  if (target.place == nullptr || step.state != StepState::planned) return;
  step.user_id = target.place->user_id;
  if (target.place->kind == Kind::unknown) step.detail = kUnknownToDirectory;
}

}  // namespace secondlook
