// What the progress of a step needs from the world, and the only ways in which it writes a step
// back. Each write first looks whether the step still stands as it was taken: the recorder may have
// withdrawn it, the brake held it, while Graph was being asked.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "graph_client/mailbox_client.h"
#include "graph_client/tenant_probe.h"
#include "remediation/retry_policy.h"
#include "remediation/shared_store.h"
#include "schema/configuration.h"

namespace secondlook {

struct TenantAccess {
  TenantSettings settings;
  MailboxClient* client = nullptr;  // must outlive whoever uses it
  TenantProbe* probe = nullptr;     // for operators' questions about the tenant; may be null
};
using Tenants = std::map<std::string, TenantAccess, std::less<>>;  // by name

// Everything referred to must outlive it and be callable from several threads.
struct StepContext {
  SharedStore& store;
  const Tenants& tenants;
  const Clock& clock;
  RandomSource& random;
};

// What a removal and its verification know of the rest.
struct StepFacts {
  JudgedMessage judged;
  std::vector<Step> siblings;  // Store::steps_beside, this one too
};
Result<StepFacts> step_facts(const StepContext& context, const Step& step);

// Writes `step` when the stored one is still in `expected`; gives the stored one otherwise.
Result<Step> write_step(const StepContext& context, const Step& step, StepState expected);

// A final state, at the context's now.
Result<Step> finish_step(const StepContext& context, Step step, StepState state,
                         std::string detail);

// `move.try_at`: the state stays, one more try is counted. Else the final state.
Result<Step> settle_step(const StepContext& context, Step step, const NextMove& move);

}  // namespace secondlook
