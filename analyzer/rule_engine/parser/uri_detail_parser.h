// The test of a uri_detail line (Mail::SpamAssassin::Plugin::URIDetail):
//   key =~ /pattern/i  key !~ m{pattern} …   key: raw, type, cleaned, text, domain or host.
#pragma once

#include <string_view>

#include "analyzer/rule_engine/parser/mistake.h"
#include "analyzer/rule_engine/parser/rule_definition.h"

namespace secondlook {

// Offsets count from the beginning of `test`. Of two conditions on one key the later counts, as in
// SpamAssassin. A pattern ends at the first of its delimiters that no backslash protects and behind
// which, after modifiers, a blank or the end stands.
Parsed<RuleDefinition> parse_uri_detail(std::string_view test);

}  // namespace secondlook
