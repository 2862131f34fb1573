// What the policy does with a disposition: shared by remediation, which acts, and by the analyzer,
// which keeps what a released mail has to be judged by again.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "schema/configuration.h"
#include "schema/verdict.h"

namespace secondlook {

// Automatically, in enforce mode. Never `purge`, which is by hand only: then `recoverable`.
Action automatic_action(const PolicySettings& policy, Disposition disposition);

// The tenant's policy for one mailbox: of the first [[tenant.policy_for]] that names the address,
// its domain, another address of the mailbox or a group it is in; else the tenant's own. All in
// lower case; `addresses` and `groups` (ids and addresses) as the directory tells them.
const PolicySettings& policy_of(const TenantSettings& tenant, std::string_view mailbox,
                                std::span<const std::string> addresses = {},
                                std::span<const std::string> groups = {});

// Whether any of the tenant's policies removes a mail of this disposition.
bool may_remove(const TenantSettings& tenant, Disposition disposition);

// The attribute of a mail of an exercise ([[tenant.simulation]]): recorded, never removed by
// itself.
inline constexpr std::string_view kPhishingSimulation = "phishing_simulation";

}  // namespace secondlook
