#include "analyzer/domain_name.h"
#include "analyzer/signals/recipient_address.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {

SignalResult code_leads_elsewhere(const ScanContext& context, const SignalArguments& ways) {
  SignalResult result;
  const ParsedMessage& message = context.message;
  const std::string from = message.from.empty()
                               ? std::string()
                               : registrable_name(domain_of_address(message.from.front().address));
  const bool must_name = !ways.empty() && is_chosen(ways, "names_recipient");
  std::vector<AddressInUrls> recipients;
  if (must_name)
    for (const std::string& address : recipient_addresses(context))
      recipients.emplace_back(address);
  for (const FoundLink& found : message.links) {
    if (found.kind != FoundLink::Kind::qr_code || found.link.host.empty()) continue;
    if (registrable_name(found.link.host) == from) continue;
    const bool names = std::ranges::any_of(
        recipients, [&](const AddressInUrls& address) { return address.is_in(found.link.url); });
    if (!must_name || names) add_evidence(result, "code in " + found.part, found.link.url);
  }
  return result;
}

}  // namespace secondlook
