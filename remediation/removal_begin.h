// The last moment before a Graph write: in one transaction the step becomes `begun` with its
// pre-image, and further copies in the same mailbox get steps of their own (under the brake).
#pragma once

#include <string>
#include <vector>

#include "remediation/step_context.h"

namespace secondlook {

// What restore will put back. Asks Graph for the folder's name; a folder that cannot be named any
// more is recorded without one.
GraphResult<PreImage> pre_image_of(MailboxClient& client, const std::string& user_id,
                                   const MailCopy& copy);

// One more step in the mailbox of `step` for each of `copies` (immutable ids), for the same cause;
// automatic ones under the brake. Inside a transaction.
Result<void> add_further_steps(Store& store, const TenantSettings& tenant, const Step& step,
                               const std::vector<std::string>& copies, Timestamp now);

// Gives the step as written: `begun`, or as others changed it meanwhile. `further_copies`:
// immutable ids, one new step each.
Result<Step> begin_step(const StepContext& context, const TenantSettings& tenant, Step step,
                        const std::vector<std::string>& further_copies);

}  // namespace secondlook
