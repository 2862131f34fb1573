// Reads .cf files into rule definitions. Goes on after a mistake, so that all complaints come at
// once. What stands where is decided here; whether patterns compile and metas have their rules,
// later (compiled_rules).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/parser/rule_definition.h"
#include "analyzer/rule_engine/parser/rule_lists.h"
#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook {

struct RuleFile {
  std::string name;  // as complaints name it
  std::string content;
};

struct ParsedRules {
  std::vector<RuleDefinition> rules;  // in the order of their first lines, each name once
  std::vector<RuleComplaint> complaints;
  RuleLists lists;
};

// Files in the order in which they count: a later line replaces an earlier one about the same rule.
ParsedRules parse_rules(const std::vector<RuleFile>& files);

}  // namespace secondlook
