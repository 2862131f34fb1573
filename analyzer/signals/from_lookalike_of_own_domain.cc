#include "analyzer/domain_name.h"
#include "analyzer/message/ascii.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

// Shorter labels are one edit away from too many honest names.
constexpr std::size_t kShortestBrand = 5;
// Every tenant has a name there: neighbours are not imitations.
constexpr std::string_view kSharedByAllTenants = "onmicrosoft.com";

bool stands_as_word(std::string_view text, std::string_view word, std::string_view edges) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || edges.find(text[at - 1]) != std::string_view::npos;
    const auto end = at + word.size();
    if (begins && (end == text.size() || edges.find(text[end]) != std::string_view::npos))
      return true;
  }
  return false;
}

bool imitates_by_hyphen(const std::string& domain, const std::string& own) {
  std::string hyphenated = own;
  std::ranges::replace(hyphenated, '.', '-');
  if (stands_as_word(domain, hyphenated, ".-")) return true;
  const std::string brand = brand_label(own), other = brand_label(domain);
  return brand.size() >= kShortestBrand && other != brand && stands_as_word(other, brand, "-");
}

bool imitates_by_edit(const std::string& domain, const std::string& own) {
  return brand_label(own).size() >= kShortestBrand && differs_by_one_edit(domain, own);
}

std::string_view way_of_imitating(const std::string& domain, const std::string& own,
                                  const SignalArguments& ways) {
  if (is_within(own, kSharedByAllTenants)) return {};
  const std::string registrable = registrable_name(domain), target = registrable_name(own);
  if (registrable == target) return {};  // a sibling of the own domain
  if (is_chosen(ways, "confusable") && look_of(registrable) == look_of(target)) return "confusable";
  if (is_chosen(ways, "subdomain") && stands_as_word(domain, own, ".")) return "subdomain";
  if (is_chosen(ways, "edit") && imitates_by_edit(registrable, target)) return "edit";
  if (is_chosen(ways, "hyphen") && imitates_by_hyphen(domain, target)) return "hyphen";
  return {};
}

}  // namespace

SignalResult from_lookalike_of_own_domain(const ScanContext& context, const SignalArguments& ways) {
  SignalResult result;
  for (const Mailbox& mailbox : context.message.from) {
    const std::string domain = domain_of_address(mailbox.address);
    if (domain.empty() || is_own_domain(domain, context.own_domains)) continue;
    for (const std::string& own : context.own_domains) {
      const auto way = way_of_imitating(domain, readable_domain(own), ways);
      if (way.empty()) continue;
      add_evidence(result, "header From",
                   mailbox.address + " imitates " + own + " (" + std::string(way) + ")");
      break;
    }
    if (result.evidence.size() >= kMostSignalEvidence) break;
  }
  return result;
}

}  // namespace secondlook
