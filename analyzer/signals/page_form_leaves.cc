#include <algorithm>

#include "analyzer/domain_name.h"
#include "analyzer/message/ascii.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

// "https://name@host:443/path" → "host".
std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == url.npos) return "";
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#\\"));
  host.remove_prefix(std::min(host.size(), host.rfind('@') + 1));
  return to_ascii_lower(host.substr(0, host.find(':')));
}

}  // namespace

SignalResult page_form_leaves(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  if (context.message.from.empty()) return result;
  const std::string from =
      registrable_name(domain_of_address(context.message.from.front().address));
  for (const AttachedFact& found : context.message.document_facts) {
    if (found.fact != "form_elsewhere") continue;
    const std::string host = host_of(found.detail);
    if (!host.empty() && registrable_name(host) != from)
      add_evidence(result, "attachment " + evidence_text(found.where), found.detail);
  }
  return result;
}

}  // namespace secondlook
