// [policy]: modes, actions, the brake.
#include "schema/settings_reader.h"

namespace secondlook {
namespace {

void read_action(ConfigTable& table, std::string_view name, Action& action) {
  const std::string value = table.choice(name, {"none", "junk", "deleted_items", "recoverable"},
                                         std::string(name_of(action)));
  action = parse_action(value).value_or(action);
}

void read_actions(ConfigTable& table, PolicySettings& policy) {
  policy.enforce = table.choice("mode", {"observe", "enforce"},
                                policy.enforce ? "enforce" : "observe") == "enforce";
  read_action(table, "malicious", policy.malicious);
  read_action(table, "suspicious", policy.suspicious);
  read_action(table, "spoof", policy.spoof);
  read_action(table, "spam", policy.spam);
  read_action(table, "bulk", policy.bulk);
}

}  // namespace

void read_policy(ConfigTable table, PolicySettings& policy) {
  read_actions(table, policy);
  policy.protected_mailboxes =
      lower_all(table.texts("protected_mailboxes", policy.protected_mailboxes));
  policy.sent_items = table.flag("sent_items", policy.sent_items);
  read_setting(table, "approval_above", policy.approval_above, 0, 1'000'000'000);
  ConfigTable brake = table.table("brake");
  read_setting(brake, "copies_per_hour", policy.brake.copies_per_hour, 1, 1'000'000'000);
  read_setting(brake, "copies_per_tenant_per_hour", policy.brake.copies_per_tenant_per_hour, 0,
               1'000'000'000);
  read_setting(brake, "known_sender_mails", policy.brake.known_sender_mails, 0, 10'000);
  read_setting(brake, "copies_per_known_sender_per_hour",
               policy.brake.copies_per_known_sender_per_hour, 1, 1'000'000'000);
  read_setting(brake, "copies_per_rule_per_hour", policy.brake.copies_per_rule_per_hour, 1,
               1'000'000'000);
  read_setting(brake, "copies_per_sender_domain_per_hour",
               policy.brake.copies_per_sender_domain_per_hour, 1, 1'000'000'000);
}

PolicyFor read_policy_for(ConfigTable table, const PolicySettings& policy) {
  PolicyFor some;
  some.policy = policy;
  some.domains = lower_all(table.texts("domains"));
  some.mailboxes = lower_all(table.texts("mailboxes"));
  some.groups = lower_all(table.texts("groups"));
  read_actions(table, some.policy);
  if (some.domains.empty() && some.mailboxes.empty() && some.groups.empty())
    table.complain("domains", "policy_for needs domains, mailboxes or groups");
  return some;
}

std::string_view name_of(Action action) {
  switch (action) {
    case Action::none: return "none";
    case Action::junk: return "junk";
    case Action::deleted_items: return "deleted_items";
    case Action::recoverable: return "recoverable";
    case Action::purge: return "purge";
  }
  return "none";
}

std::optional<Action> parse_action(std::string_view name) {
  for (const Action action :
       {Action::none, Action::junk, Action::deleted_items, Action::recoverable, Action::purge})
    if (name == name_of(action)) return action;
  return std::nullopt;
}

}  // namespace secondlook
