// Reads .cf files into rule definitions. Goes on after a mistake, so that all complaints come at
// once. What stands where is decided here; whether patterns compile and metas have their rules,
// later (compiled_rules).
#pragma once

#include <cstdint>
#include <functional>
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
  std::vector<RuleFile> included;  // what `include` lines brought, once for each line
};

inline constexpr std::size_t kDeepestInclude = 8;
inline constexpr std::size_t kMostIncludes = 1000;

// Gives the content of the file that an `include` names. A relative name counts from the directory
// of the file that it stands in.
using ReadIncluded = std::function<Result<std::string>(const std::string& path)>;

// Files in the order in which they count: a later line replaces an earlier one about the same rule.
// score_set: which of a score's four columns counts, from 0. Without `read` an `include` is a
// mistake.
ParsedRules parse_rules(const std::vector<RuleFile>& files, std::uint32_t score_set = 0,
                        const ReadIncluded& read = {});

}  // namespace secondlook
