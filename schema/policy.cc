#include "schema/policy.h"

#include <algorithm>

namespace secondlook {

Action automatic_action(const PolicySettings& policy, Disposition disposition) {
  const auto bounded = [](Action action) {
    return action == Action::purge ? Action::recoverable : action;
  };
  switch (disposition) {
    case Disposition::malicious: return bounded(policy.malicious);
    case Disposition::suspicious: return bounded(policy.suspicious);
    case Disposition::spoof: return bounded(policy.spoof);
    case Disposition::spam: return bounded(policy.spam);
    case Disposition::bulk: return bounded(policy.bulk);
    default: return Action::none;
  }
}

const PolicySettings& policy_of(const TenantSettings& tenant, std::string_view mailbox,
                                std::span<const std::string> addresses,
                                std::span<const std::string> groups) {
  const auto at = mailbox.rfind('@');
  const std::string_view domain =
      at == std::string_view::npos ? std::string_view() : mailbox.substr(at + 1);
  const auto names = [](const std::vector<std::string>& texts, std::string_view text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
  };
  const auto names_one_of = [&](const std::vector<std::string>& texts,
                                std::span<const std::string> others) {
    return !texts.empty() && std::any_of(others.begin(), others.end(),
                                         [&](const auto& other) { return names(texts, other); });
  };
  for (const PolicyFor& some : tenant.policy_for)
    if (names(some.mailboxes, mailbox) || (!domain.empty() && names(some.domains, domain)) ||
        names_one_of(some.mailboxes, addresses) || names_one_of(some.groups, groups))
      return some.policy;
  return tenant.policy;
}

bool may_remove(const TenantSettings& tenant, Disposition disposition) {
  if (automatic_action(tenant.policy, disposition) != Action::none) return true;
  return std::any_of(tenant.policy_for.begin(), tenant.policy_for.end(), [&](const auto& some) {
    return automatic_action(some.policy, disposition) != Action::none;
  });
}

}  // namespace secondlook
