// The URIs of a mail with all that uri_detail rules ask about them
// (Mail::SpamAssassin::Plugin::URIDetail), and such rules made ready.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/parser/mistake.h"
#include "analyzer/rule_engine/parser/rule_definition.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "analyzer/rule_engine/stock_evals/stock_settings.h"

namespace secondlook {

class MailFacts;

struct UriDetail {
  using Words = std::set<std::string, std::less<>>;
  std::string raw;       // as written; a relative one of a part with <base> as it leads
  Words types;           // "a", "img", "form", "area", "meta", "other", "parsed" (in rendered text)
  Words cleaned;         // itself and its plainer forms (message/rule_uris.h)
  Words texts;           // between <a> and </a>, "<img>\n" for each image
  Words domains, hosts;  // of its forms, lower case; addresses too, of mailto: what follows the @
};

// Of one mail; each URI once. Beyond these the others are left out, and rules that found nothing
// say that a limit was reached.
inline constexpr std::size_t kMostUriDetails = 20'000;
std::vector<UriDetail> list_uri_details(const MailFacts& facts);

// A function that says whether all conditions hold for one URI. A condition on a list holds when
// one of its words matches (!~: when one does not), and never on an empty list. The mistake's
// offset is a column in the rule's file.
Parsed<SignalFunction> make_uri_detail_test(const std::vector<UriCondition>& conditions);

// The registered domain, an address as it is, "" for what is neither.
std::string owner_of(std::string_view host, const StockSettings& settings);

}  // namespace secondlook
