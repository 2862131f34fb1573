// The Graph write of a begun removal and what its answer means.
#pragma once

#include <string>

#include "remediation/step_context.h"

namespace secondlook {

// Takes back read receipts, moves or purges `copy`, and writes the outcome. `step` is begun, its
// copy_id names `copy`.
Result<Step> write_removal(const StepContext& context, const TenantAccess& tenant, Step step,
                           const MailCopy& copy);

// `removed`, with the id at the destination, until when it can be undone and when its mailbox is
// looked at once more (verification.h).
Result<Step> finish_removed(const StepContext& context, Step step, std::string destination_copy_id);

// Stays `begun`; looked at again after a growing delay, given up after kOutageBudget.
Result<Step> look_later(const StepContext& context, Step step, std::string detail);

}  // namespace secondlook
