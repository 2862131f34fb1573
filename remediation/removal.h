// One removal step, one go: finds the copy, makes sure that it is the mail that was judged, writes
// the pre-image and `begun` before the Graph write and the outcome after it. A go ends in a final
// state, or in `planned` or `begun` with a time for the next one.
//
//   planned ──found──▶ begun ──moved──▶ removed
//      │                 └─ no answer: looked at again (begun_resolution.h), never repeated blindly
//      └─ not there yet: planned, later; or already_removed, not_found, ambiguous_copy, external;
//         or not_delivered, looked for again now and then
//      ...
#pragma once

#include "remediation/step_context.h"

namespace secondlook {

// `step` is planned or begun, of `tenant`, and worked on by nobody else. The answer is the step as
// it now stands in the store; an error is the store's.
Result<Step> run_removal(const StepContext& context, const TenantAccess& tenant, Step step);

}  // namespace secondlook
