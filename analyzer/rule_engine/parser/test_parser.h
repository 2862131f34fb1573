// One rule's test: what follows the name in a `header`, `mimeheader`, `body`, `rawbody`, `uri`,
// `full` or `meta` line. Offsets in mistakes count from the beginning of `test`.
#pragma once

#include <string_view>

#include "analyzer/rule_engine/parser/mistake.h"
#include "analyzer/rule_engine/parser/rule_definition.h"

namespace secondlook {

// Fills the members that belong to the kind; name, place and settings are the caller's. An
// `eval:` test gives a definition of kind eval whatever `kind` was. Columns are left as offsets.
Parsed<RuleDefinition> parse_test(RuleKind kind, std::string_view test);

// Letters, digits and underscores, not beginning with a digit, at most 100 of them.
bool is_rule_name(std::string_view name);

}  // namespace secondlook
