// `secondlook rules test`: rules against the mails beside them (rule_cases.h).
#pragma once

#include <string>

#include "cli/commands.h"

namespace secondlook {

// `directory`: of rules; its cases are in `cases` beneath it, unless --cases names another place.
int run_rules_test(const Invocation& invocation, const std::string& directory);

}  // namespace secondlook
