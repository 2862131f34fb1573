// Finds and reads rule files: the files named, and of directories their *.cf in byte order.
#pragma once

#include <string>
#include <vector>

#include "analyzer/rule_engine/parser/rule_parser.h"
#include "base/result.h"

namespace secondlook {

inline constexpr std::size_t kLargestRuleFile = 64 << 20;
inline constexpr std::size_t kMostRuleFiles = 10'000;

// All that a rule set is read from.
struct RuleSources {
  std::vector<RuleFile> files;
  std::vector<RuleFile> included;  // by `include` lines, each path once
};

// The same with what they include, each file read once, so that the set can be loaded from memory,
// here or in another process, whatever becomes of the files.
Result<RuleSources> read_rule_sources(const std::vector<std::string>& paths);

// not_found: a path that does not exist. Directories without rules are fine.
Result<std::vector<RuleFile>> read_rule_files(const std::vector<std::string>& paths);

// What `include` names: one file, by its whole path.
Result<std::string> read_rule_file(const std::string& path);

}  // namespace secondlook
