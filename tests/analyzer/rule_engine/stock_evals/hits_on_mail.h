// Rules tried on a mail as it comes over the wire.
#pragma once

#include <string>

namespace secondlook::test {

// Names of the rules that hit, sorted, blanks between. mail: line ends as a test likes them.
std::string hits_on(const std::string& rules, const std::string& mail);

// Whether one eval function says yes: `call` as a rule writes it, "check_for_mime('x')"; settings:
// list directives, one a line.
bool says(const std::string& call, const std::string& mail, const std::string& settings = "");

}  // namespace secondlook::test
