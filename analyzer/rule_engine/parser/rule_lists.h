// Directives that are no rules but lists and switches which eval functions and header fields need:
// networks, freemail domains, welcome lists. Kept in the order of the files, since later lines may
// take back earlier ones; stock_settings makes sense of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

struct RuleListLine {
  std::string directive;  // lower case, under its newer name ("welcomelist_from")
  std::string value;      // the rest of the line
};
using RuleLists = std::vector<RuleListLine>;

// The newer name of a list directive that we take ("whitelist_from" gives "welcomelist_from"), or
// "" when it is none of them. directive: lower case, "_" for "-".
std::string list_directive(std::string_view directive);

}  // namespace secondlook
