// One more look at a mailbox some time after a copy was moved out of it. Graph's search lags behind
// its writes, mail is delivered twice, and a move has been seen to leave a second copy where the
// user had put it (msgraph-sdk-python issue 1042): a removal that was never looked at again would
// be half done and nobody would know.
//
//   removed, due ──no copy left──▶ removed, verified_at
//        │  ├─ a copy left ──▶ a step of its own, and looked at again after it
//        │  └─ the same copy back ──▶ moved once more; the second time it is left, and said so
//        └─ no answer ──▶ looked at later; given up after some looks, and said so
#pragma once

#include "remediation/step_context.h"

namespace secondlook {

// `step` is removed, its next_try_at has come, and nobody else works on its mailbox. The answer is
// the step as it now stands in the store, still `removed`.
Result<Step> run_verification(const StepContext& context, const TenantAccess& tenant, Step step);

}  // namespace secondlook
