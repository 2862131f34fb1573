#include "analyzer/domain_name.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {

SignalResult organizer_differs(const ScanContext& context, const SignalArguments& arguments) {
  SignalResult result;
  if (context.message.from.empty()) return result;
  const bool must_be_own = std::ranges::find(arguments, "own") != arguments.end();
  const std::string from =
      registrable_name(domain_of_address(context.message.from.front().address));
  for (const AttachedFact& found : context.message.document_facts) {
    if (found.fact != "calendar_organizer") continue;
    const std::string domain = domain_of_address(found.detail);
    if (domain.empty() || registrable_name(domain) == from) continue;
    if (must_be_own && !is_own_domain(domain, context.own_domains)) continue;
    add_evidence(result, "attachment " + evidence_text(found.where), found.detail);
  }
  return result;
}

}  // namespace secondlook
