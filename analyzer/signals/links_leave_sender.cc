#include "analyzer/domain_name.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

bool can_be_followed(const FoundLink& found) {
  return found.kind != FoundLink::Kind::image && found.link.url.starts_with("http") &&
         !found.link.host.empty();
}

}  // namespace

SignalResult links_leave_sender(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  if (context.message.from.empty()) return result;
  const std::string from =
      registrable_name(domain_of_address(context.message.from.front().address));
  const FoundLink* first = nullptr;
  for (const FoundLink& found : context.message.links) {
    if (!can_be_followed(found)) continue;
    if (registrable_name(found.link.host) == from) return result;
    if (first == nullptr) first = &found;
  }
  if (first != nullptr) add_evidence(result, "part " + first->part, first->link.url);
  return result;
}

}  // namespace secondlook
