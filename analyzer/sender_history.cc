#include "analyzer/sender_history.h"

#include <algorithm>
#include <string>

#include "analyzer/link_sites.h"
#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostRecipients = 100;
constexpr std::size_t kMostReferences = 50;

// msg-ids of RFC 5322 3.6.4, with their brackets.
std::vector<std::string_view> message_ids_in(std::string_view value, std::size_t most) {
  std::vector<std::string_view> ids;
  for (std::size_t at = value.find('<'); at != value.npos && ids.size() < most;
       at = value.find('<', at)) {
    const std::size_t end = value.find('>', at);
    if (end == value.npos) break;
    ids.push_back(value.substr(at, end - at + 1));
    at = end + 1;
  }
  return ids;
}

struct Lookup {
  const HistorySnapshot& history;
  std::uint16_t day;

  // Clean mail before the day of this one, or a mail of the organisation's to there.
  bool is_new(HistoryKey key) const {
    const auto seen = history.find(key);
    if (!seen) return true;
    return seen->written_to == 0 && (seen->mails == 0 || seen->first_day >= day);
  }
};

void look_up_references(const HistorySnapshot& history, std::string_view tenant,
                        const ParsedMessage& message, SenderHistory& found) {
  for (const std::string_view header : {"In-Reply-To", "References"}) {
    for (const std::string_view id : message_ids_in(message.header(header), kMostReferences)) {
      found.names_mails = true;
      if (history.has_mail(history.keys().message_id(tenant, id))) {
        found.names_known_mail = true;
        return;
      }
    }
  }
}

void look_up_sites(const Lookup& lookup, std::string_view tenant, bool may_be_bad,
                   const ParsedMessage& message, SenderHistory& found) {
  const HistoryKeys& keys = lookup.history.keys();
  const auto counted = lookup.history.find(keys.link_site(tenant, ""));
  found.knows_sites = counted && counted->first_day + kHistoryWarmUpDays <= lookup.day;
  if (!found.knows_sites) return;
  for (std::string& site : link_sites(message)) {
    const HistoryKey key = keys.link_site(tenant, site);
    const auto seen = lookup.history.find(key);
    if (may_be_bad && seen && seen->bad > 0 && seen->mails == 0) found.bad_sites.push_back(site);
    const bool is_new = lookup.is_new(key);
    if (is_new || seen->mails <= kMailsOfRareSite) found.rare_sites.push_back(site);
    if (is_new) found.new_sites.push_back(std::move(site));
  }
}

}  // namespace

SenderHistory look_up_history(const HistorySnapshot& history, std::string_view tenant,
                              const ParsedMessage& message,
                              const std::vector<Recipient>& recipients, Timestamp received_at) {
  SenderHistory found;
  const Lookup lookup{history, day_of(received_at)};
  const HistoryKeys& keys = history.keys();
  const bool may_be_bad = received_at > history.made_at();
  const auto whole = history.find(keys.tenant(tenant));
  found.is_known = whole && whole->first_day + kHistoryWarmUpDays <= lookup.day;
  if (!found.is_known || message.from.empty()) return found;
  const std::string sender = to_ascii_lower(message.from.front().address);
  const std::string domain = sender.substr(std::min(sender.rfind('@') + 1, sender.size()));
  const HistoryKey key = keys.sender(tenant, sender);
  found.sender_is_new = lookup.is_new(key);
  found.domain_is_new = lookup.is_new(keys.domain(tenant, domain));
  if (const auto seen = history.find(key)) {
    found.mails = seen->mails;
    found.bad = may_be_bad ? seen->bad : 0;
    found.was_written_to = seen->written_to > 0;
  }
  for (std::size_t i = 0; i < std::min(recipients.size(), kMostRecipients); ++i)
    found.pair_is_new =
        found.pair_is_new &&
        lookup.is_new(keys.pair(tenant, sender, to_ascii_lower(recipients[i].address)));
  look_up_references(history, tenant, message, found);
  look_up_sites(lookup, tenant, may_be_bad, message, found);
  return found;
}

}  // namespace secondlook
