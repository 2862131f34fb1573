// The conditions of `if` and `ifplugin`: plugin(Name), can(Name), has(Name), version,
// perl_version, local_tests_only, numbers, comparisons, !, && and ||.
//
// We answer as SpamAssassin 4.0.1 does on Debian, without network tests and with one plugin more,
// "Secondlook": what a rule file says for that case is said for us. can() and has() are true only
// for features this engine has.
#pragma once

#include <string_view>

#include "analyzer/rule_engine/parser/mistake.h"

namespace secondlook {

Parsed<bool> evaluate_condition(std::string_view text);

bool is_plugin_taken(std::string_view name);

}  // namespace secondlook
