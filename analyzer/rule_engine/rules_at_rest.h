// What is known of rules before any text was searched, and which of them anything depends on.
#pragma once

#include "analyzer/rule_engine/compiled_rules.h"

namespace secondlook {

// Parts that no rule with a score asks for, directly or through others, are not searched. Fills
// `scored` and each rule's `is_wanted`, and leaves of `metas` those that are.
void mark_wanted(CompiledRules& rules);

// Fills `at_rest`, what each group differs by without its text, which texts are made on demand, and
// which metas each rule has looked at again. The groups have to be built.
void lay_to_rest(CompiledRules& rules);

}  // namespace secondlook
