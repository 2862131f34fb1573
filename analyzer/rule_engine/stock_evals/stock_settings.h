// What a rule set's list directives say, made ready for questions. Made once with the rules and
// immutable afterwards.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/parser/rule_lists.h"
#include "analyzer/rule_engine/received/relay_trail.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "analyzer/rule_engine/stock_evals/redirectors.h"

namespace secondlook {

// Addresses as `welcomelist_from` writes them: "friend@example.org", "*@example.net", "?@x.org".
class AddressPatterns {
 public:
  void add(std::string_view pattern);     // any case
  void remove(std::string_view pattern);  // the same text
  bool matches(std::string_view address) const;
  const std::vector<std::string>& all() const { return patterns_; }

 private:
  std::vector<std::string> patterns_;  // lower case
};

// `welcomelist_from_rcvd PATTERN RELAY`: the address counts only when that relay handed over.
struct RelayedAddress {
  std::string address;  // a pattern, lower case
  std::string relay;    // a host name's end, or "[address or network]"
};

struct StockSettings {
  TrustSettings trust;
  std::string envelope_sender_header;
  std::string ok_locales = "all";

  AddressPatterns welcome_from, block_from, welcome_to, block_to, more_spam_to, all_spam_to;
  AddressPatterns allows_relays;
  std::vector<RelayedAddress> welcome_from_rcvd, default_welcome_from_rcvd;
  std::vector<std::string> welcome_subjects, block_subjects;  // glob patterns
  AddressPatterns bounce_relays;                              // globs over host names

  std::map<std::string, AddressPatterns, std::less<>> address_lists;  // enlist_addrlist
  // Host lists by name; false: `!host`, taken out. "WELCOME" and "BLOCK" are those of
  // welcomelist_uri_host and blocklist_uri_host.
  std::map<std::string, std::map<std::string, bool, std::less<>>, std::less<>> host_lists;

  std::set<std::string, std::less<>> freemail;           // domains and addresses without wildcards
  std::vector<std::string> freemail_globs;               // "yahoo.*", "*.example.org"
  std::set<std::string, std::less<>> freemail_excepted;  // addresses and domains
  std::size_t freemail_most_emails = 5, freemail_most_freemails = 3;
  bool freemail_skips_over_most = true;

  Redirectors redirectors;

  std::vector<BrandDomain> brands;  // `brand NAME DOMAIN...`: a line each domain

  std::set<std::string, std::less<>> tld, two_level_tld, three_level_tld;  // util_rb_*

  // "mail.a.example.co.uk" -> "example.co.uk", by the lists above; without them the public suffix
  // list decides.
  std::string registered_domain(std::string_view host) const;
};

StockSettings make_stock_settings(const RuleLists& lists);

// '*' any run, '?' any one byte; both in lower case. Linear in practice, never exponential.
bool matches_glob(std::string_view text, std::string_view pattern);

}  // namespace secondlook
