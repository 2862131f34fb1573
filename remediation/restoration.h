// One restore step, one go: finds the copy that an earlier step removed, moves it back to the
// folder of its pre-image (to the inbox when that folder is gone), and puts its properties back.
// Every go looks before it writes, so that an interrupted one is simply gone again.
#pragma once

#include "remediation/step_context.h"

namespace secondlook {

// As run_removal. Final states: restored (detail says what could not be put back), not_found,
// failed, forbidden, withdrawn (there was nothing to put back).
Result<Step> run_restoration(const StepContext& context, const TenantAccess& tenant, Step step);

}  // namespace secondlook
