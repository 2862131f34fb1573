#include "analyzer/rule_engine/parser/rule_lists.h"

#include <algorithm>
#include <array>
#include <utility>

namespace secondlook {
namespace {

// Sorted.
constexpr auto kTaken = std::to_array<std::string_view>({"all_spam_to",
                                                         "blocklist_from",
                                                         "blocklist_subject",
                                                         "blocklist_to",
                                                         "blocklist_uri_host",
                                                         "brand",
                                                         "clear_internal_networks",
                                                         "clear_msa_networks",
                                                         "clear_originating_ip_headers",
                                                         "clear_trusted_networks",
                                                         "clear_util_rb",
                                                         "def_welcomelist_from_rcvd",
                                                         "delist_uri_host",
                                                         "enlist_addrlist",
                                                         "enlist_uri_host",
                                                         "envelope_sender_header",
                                                         "freemail_domains",
                                                         "freemail_max_body_emails",
                                                         "freemail_max_body_freemails",
                                                         "freemail_skip_when_over_max",
                                                         "freemail_welcomelist",
                                                         "internal_networks",
                                                         "more_spam_to",
                                                         "msa_networks",
                                                         "ok_locales",
                                                         "originating_ip_headers",
                                                         "redirector_pattern",
                                                         "trusted_networks",
                                                         "unblocklist_from",
                                                         "unwelcomelist_from",
                                                         "unwelcomelist_from_rcvd",
                                                         "util_rb_2tld",
                                                         "util_rb_3tld",
                                                         "util_rb_tld",
                                                         "welcomelist_allows_relays",
                                                         "welcomelist_bounce_relays",
                                                         "welcomelist_from",
                                                         "welcomelist_from_rcvd",
                                                         "welcomelist_subject",
                                                         "welcomelist_to",
                                                         "welcomelist_uri_host"});

}  // namespace

std::string list_directive(std::string_view directive) {
  std::string name(directive);
  for (const auto& [older, newer] :
       {std::pair("whitelist", "welcomelist"), std::pair("blacklist", "blocklist")}) {
    const std::size_t place = name.find(older);
    if (place != std::string::npos) name.replace(place, std::string_view(older).size(), newer);
  }
  return std::binary_search(kTaken.begin(), kTaken.end(), name) ? name : "";
}

}  // namespace secondlook
