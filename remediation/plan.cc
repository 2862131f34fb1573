#include "remediation/plan.h"

#include <algorithm>
#include <unordered_set>

#include "remediation/directory/plan_target.h"
#include "remediation/existing_steps.h"
#include "remediation/mail_address.h"

namespace secondlook {
namespace {

bool is_waiting(const Step& step) {
  return step.state == StepState::planned || step.state == StepState::held_by_brake ||
         step.state == StepState::not_delivered;
}

bool is_automatic(const Step& step) {
  return !step.restores && step.cause == kAutomaticCause;
}

Step withdraw(Step step, std::string detail, Timestamp now) {
  step.state = StepState::withdrawn;
  step.detail = std::move(detail);
  step.finished_at = now;
  step.next_try_at.reset();
  return step;
}

Step make_step(MessageRowId message, const TenantSettings& tenant, const std::string& mailbox,
               Action action, std::string cause, Timestamp now) {
  Step step;
  step.message = message;
  step.tenant = tenant.name;
  step.mailbox = mailbox;
  step.action = action;
  step.cause = std::move(cause);
  step.planned_at = now;
  step.next_try_at = now;
  return step;
}

void settle(Step& step, StepState state, std::string detail, Timestamp now) {
  step.state = state;
  step.detail = std::move(detail);
  step.next_try_at.reset();
  if (is_final(state)) step.finished_at = now;
}

const PolicySettings& policy_at(const TenantSettings& tenant, const std::string& mailbox,
                                const RecipientPlace* place) {
  if (place == nullptr) return policy_of(tenant, mailbox);
  return policy_of(tenant, mailbox, place->addresses, place->groups);
}

// The outcome that is known without asking Graph; the step stays `planned` where there is none.
void settle_automatic(Step& step, const PlanTarget& target, const TenantSettings& tenant,
                      Timestamp now) {
  auto known = no_mailbox(target, tenant);
  if (!known) known = left_alone(target, tenant);
  if (known)
    settle(step, known->state, known->detail, now);
  else if (!policy_at(tenant, step.mailbox, target.place).enforce)
    settle(step, StepState::would_remove, "mode is observe", now);
}

bool restored_for_the_same_rules(const MessageRow& message) {
  if (!message.restored_by_hand) return false;
  return std::all_of(message.rules.begin(), message.rules.end(), [&](const std::string& rule) {
    return contains(message.restored_rules, rule);
  });
}

// Who has a colleague's mailbox in hand must not shield a mail to many by a copy to the report
// mailbox: all recipients inside count, over all reports of the mail.
bool is_users_report(const MessageRow& message, const TenantSettings& tenant) {
  if (message.direction != "internal" || !contains(message.attributes, std::string(kUserReport)))
    return false;
  const auto is_report_mailbox = [&](std::string_view address) {
    return contains(tenant.report_mailboxes, lower_case(address));
  };
  return std::ranges::all_of(message.recipients, [&](const Recipient& recipient) {
    return !is_inside(tenant, recipient.address) || is_report_mailbox(recipient.address) ||
           is_report_mailbox(recipient.expanded_from);
  });
}

// Why the mail is left alone whatever the policy says; empty: it is not.
std::string reason_to_leave(const MessageRow& message, const TenantSettings& tenant) {
  if (contains(message.attributes, std::string(kPhishingSimulation)))
    return "a mail of a phishing exercise";
  if (is_users_report(message, tenant)) return "a user's report";
  return restored_for_the_same_rules(message) ? "restored by hand" : "";
}

// A withdrawn step never happened; any other, also a failed one, has been this mailbox's answer.
bool has_as_strong(const ExistingSteps& existing, const PlanTarget& target, Action wanted) {
  return existing.any_about(target, [&](const Step& step) {
    if (!is_automatic(step) || step.state == StepState::withdrawn ||
        was_restored_since(step, existing.of_mailbox(step.mailbox)))
      return false;
    if (is_waiting(step)) return step.action == wanted;
    return reach_rank(step.action) >= reach_rank(wanted);
  });
}

}  // namespace

int reach_rank(Action action) {
  switch (action) {
    case Action::none: return 0;
    case Action::junk: return 1;
    case Action::deleted_items: return 2;
    case Action::recoverable: return 3;
    case Action::purge: return 4;
  }
  return 0;
}

std::vector<std::string> addresses_of(const std::vector<Recipient>& recipients) {
  std::vector<std::string> addresses;
  std::unordered_set<std::string> known;
  for (const Recipient& recipient : recipients)
    for (const std::string& written : {recipient.address, recipient.forwarded_from})
      if (std::string address = lower_case(written);
          !address.empty() && known.insert(address).second)
        addresses.push_back(std::move(address));
  return addresses;
}

bool is_inside(const TenantSettings& tenant, std::string_view address) {
  const std::string domain = domain_of(address);
  return !domain.empty() && contains(tenant.domains, domain);
}

std::string sent_items_mailbox(const TenantSettings& tenant, std::string_view sender,
                               std::string_view direction) {
  const bool from_inside = direction == "internal" || direction == "outbound";
  if (!tenant.policy.sent_items || !from_inside || !is_inside(tenant, sender)) return {};
  return lower_case(sender);
}

Plan plan_automatic(const MessageRow& message, const TenantSettings& tenant,
                    const std::vector<Step>& existing, Timestamp now,
                    const DirectoryView& directory) {
  Plan plan;
  const std::string reason = reason_to_leave(message, tenant);
  const auto wanted = [&](const std::string& mailbox, const RecipientPlace* place) {
    return reason.empty() ? automatic_action(policy_at(tenant, mailbox, place), message.disposition)
                          : Action::none;
  };
  for (const Step& step : existing) {
    if (is_automatic(step) && is_waiting(step) &&
        step.action != wanted(step.mailbox, directory.find(step.mailbox)))
      plan.withdrawn.push_back(
          withdraw(step, reason.empty() ? "the verdict was revised" : reason, now));
  }
  if (!reason.empty()) return plan;
  std::vector<Recipient> recipients = message.recipients;
  if (std::string sent = sent_items_mailbox(tenant, message.sender, message.direction);
      !sent.empty())
    recipients.push_back({std::move(sent), "sender", "", ""});
  const ExistingSteps known(existing, directory);
  for (const PlanTarget& target : plan_targets(recipients, directory)) {
    const Action action = wanted(target.mailbox, target.place);
    if (action == Action::none || has_as_strong(known, target, action)) continue;
    Step step = make_step(message.id, tenant, target.mailbox, action, kAutomaticCause, now);
    settle_automatic(step, target, tenant, now);
    add_directory_facts(step, target);
    plan.added.push_back(std::move(step));
  }
  return plan;
}

}  // namespace secondlook
