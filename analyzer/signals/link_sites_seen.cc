#include <algorithm>

#include "analyzer/message/registrable_domain.h"
#include "analyzer/sender_history.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

// A link to each of the sites, which are few beside the links.
SignalResult links_to(const ScanContext& context, std::vector<std::string> sites) {
  SignalResult result;
  for (const FoundLink& found : context.message.links) {
    if (sites.empty() || result.evidence.size() >= kMostSignalEvidence) break;
    const auto site = std::ranges::find(sites, registrable_domain(found.link.host));
    if (site == sites.end()) continue;
    add_evidence(result, "part " + found.part, found.link.url);
    sites.erase(site);
  }
  return result;
}

bool is_asked(const SignalArguments& arguments, std::string_view word) {
  return std::ranges::find(arguments, word) != arguments.end();
}

}  // namespace

SignalResult link_site_new(const ScanContext& context, const SignalArguments& arguments) {
  if (context.history == nullptr) return {};
  return links_to(context, is_asked(arguments, "rare") ? context.history->rare_sites
                                                       : context.history->new_sites);
}

SignalResult link_site_was_bad(const ScanContext& context, const SignalArguments&) {
  if (context.history == nullptr) return {};
  return links_to(context, context.history->bad_sites);
}

}  // namespace secondlook
