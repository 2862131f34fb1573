// A rule of [tenant.directory]: which mailboxes it speaks of, by extension attributes and groups.
//
//   rule       = condition *( " and " condition )        all of them must hold
//   condition  = ( "attribute" 1..15 / "group" ) ( "=" / "!=" ) value
//   value      = what follows, without blanks around it; 'in quotes' where it holds " and "
//
// "attribute7 = finance", "attribute1 = vip* and group != contractors@contoso.example",
// "attribute3 != ''" (it is set). Attributes are compared without regard to case; in their values
// * stands for any characters, and an attribute that is not set is the empty text. A group is named
// by address or object id; who is in a group of a group is in both.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace secondlook {

struct DirectoryRule {
  struct Condition {
    int attribute = 0;  // 1 to 15; 0: a group
    bool is_negated = false;
    std::string value;  // lower case (ASCII)
  };
  std::string text;  // as it was written
  std::vector<Condition> conditions;
};

// malformed, saying what was expected and where.
Result<DirectoryRule> parse_directory_rule(std::string_view text);

// What a rule looks at. Groups: ids and addresses in lower case (ASCII).
struct RuleSubject {
  const std::array<std::string, 15>& attributes;
  const std::vector<std::string>& groups;
};
bool is_met(const DirectoryRule& rule, const RuleSubject& subject);

// Whether a rule asks for groups: only then members are read.
bool names_group(const std::vector<DirectoryRule>& rules);

}  // namespace secondlook
