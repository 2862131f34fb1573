#include "analyzer/domain_name.h"
#include "analyzer/message/ascii.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

bool shows_own_domain(std::string_view text, const std::vector<std::string>& own_domains) {
  const std::string lower = to_ascii_lower(text);
  return std::ranges::any_of(own_domains, [&](const std::string& own) {
    return lower.find(readable_domain(own)) != std::string::npos;
  });
}

// Click counters show the address of who sends by them.
bool shows_sender(std::string_view text, const ScanContext& context) {
  const std::string lower = to_ascii_lower(text);
  return std::ranges::any_of(context.message.from, [&](const Mailbox& mailbox) {
    const std::string domain = registrable_name(domain_of_address(mailbox.address));
    return !domain.empty() && lower.find(domain) != std::string::npos;
  });
}

}  // namespace

SignalResult link_text_shows_other_host(const ScanContext& context,
                                        const SignalArguments& arguments) {
  SignalResult result;
  const bool only_own = std::ranges::find(arguments, "own") != arguments.end();
  const bool only_strangers = std::ranges::find(arguments, "stranger") != arguments.end();
  for (const FoundLink& found : context.message.links) {
    if (!found.shows_other_host || result.evidence.size() >= kMostSignalEvidence) continue;
    if (only_own && (!shows_own_domain(found.link.text, context.own_domains) ||
                     is_own_domain(found.link.host, context.own_domains)))
      continue;
    if (only_strangers && shows_sender(found.link.text, context)) continue;
    add_evidence(result, "part " + found.part, found.link.text + " leads to " + found.link.url);
  }
  return result;
}

}  // namespace secondlook
