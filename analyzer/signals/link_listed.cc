#include <set>

#include "analyzer/host_lists.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostTargets = 2000;

}  // namespace

SignalResult link_listed(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  if (context.host_lists == nullptr || context.host_lists->entries() == 0) return result;
  std::set<std::string_view> targets;
  for (const FoundLink& found : context.message.links) {
    if (targets.size() >= kMostTargets || result.evidence.size() >= kMostSignalEvidence) break;
    if (!targets.insert(found.link.url).second) continue;
    const auto place = context.host_lists->find(found.link.url, found.link.host);
    if (!place) continue;
    add_evidence(result, "part " + found.part,
                 context.host_lists->name(*place) + " lists " + found.link.url);
  }
  return result;
}

}  // namespace secondlook
