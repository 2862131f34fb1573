#include "analyzer/link_sites.h"

#include <set>
#include <string_view>

#include "analyzer/message/registrable_domain.h"
#include "schema/verdict.h"

namespace secondlook {

std::vector<std::string> link_sites(const ParsedMessage& message) {
  std::set<std::string_view> hosts;
  std::set<std::string> sites;
  for (const FoundLink& found : message.links) {
    if (sites.size() >= VerdictBounds::kLinkSites) break;
    const std::string_view host = found.link.host;
    if (host.empty() || host.size() > VerdictBounds::kName || !hosts.insert(host).second) continue;
    sites.insert(registrable_domain(host));
  }
  return {sites.begin(), sites.end()};
}

}  // namespace secondlook
