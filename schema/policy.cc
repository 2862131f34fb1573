#include "schema/policy.h"

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

}  // namespace secondlook
