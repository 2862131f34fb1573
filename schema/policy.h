// What the policy does with a disposition: shared by remediation, which acts, and by the analyzer,
// which keeps what a released mail has to be judged by again.
#pragma once

#include "schema/configuration.h"
#include "schema/verdict.h"

namespace secondlook {

// Automatically, in enforce mode. Never `purge`, which is by hand only: then `recoverable`.
Action automatic_action(const PolicySettings& policy, Disposition disposition);

}  // namespace secondlook
