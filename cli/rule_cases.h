// Mails that say what a rule must do, kept beside rules:
//   CASES/RULE/*.eml, CASES/RULE/hit/*.eml   the rule hits
//   CASES/RULE/miss/*.eml                    it does not
//   CASES/ordinary/*.eml                     nothing worse than spam or bulk comes out
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "schema/verdict.h"

namespace secondlook {

struct RuleCase {
  enum class Wanted { hit, miss, ordinary };
  std::string file;
  std::string rule;  // "ordinary" for those
  Wanted wanted = Wanted::hit;
};

std::string_view name_of(RuleCase::Wanted wanted);

// In the order of their names. At most kMostRuleCases. not_found: no such directory, or no case in
// it; malformed: a directory's name is no rule's, or too many.
inline constexpr std::size_t kMostRuleCases = 100'000;
Result<std::vector<RuleCase>> find_rule_cases(const std::string& directory);

// Why the case failed; "" when it passed. A mail that could not be judged wholly passes only
// by a hit that is wanted.
std::string failure_of(const RuleCase& wanted, const Verdict& verdict);

}  // namespace secondlook
