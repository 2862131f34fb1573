#include "tests/analyzer/rule_engine/stock_evals/hits_on_mail.h"

#include "tests/analyzer/rule_engine/loaded_rules.h"

namespace secondlook::test {

std::string hits_on(const std::string& rules, const std::string& mail) {
  return names_of_hits(rules, parse_message(mail));
}

bool says(const std::string& call, const std::string& mail, const std::string& settings) {
  return hits_on(settings + "\nheader ASKED eval:" + call + "\n", mail) == "ASKED";
}

}  // namespace secondlook::test
