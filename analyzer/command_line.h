// What was asked of secondlook-analyzer:
//   secondlook-analyzer [--config FILE]                                   the service
//   secondlook-analyzer scan [--config FILE] [--rules PATH]...            socket on descriptor 3
//   secondlook-analyzer rules check [--config FILE] [--rules PATH]... [--json] [--cases DIRECTORY]
//   [--top N] secondlook-analyzer rules list [--config FILE] [--rules PATH]... [--json]
//   secondlook-analyzer rules cases [--config FILE] [--rules PATH]... [--json] RULE...
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace secondlook {

struct AnalyzerCommand {
  enum class Mode { serve, scan, check_rules, list_rules, check_cases };
  Mode mode = Mode::serve;
  std::string config;              // empty: SECONDLOOK_CONFIG or the default place
  std::vector<std::string> rules;  // instead of the configured ones
  std::vector<std::string> names;  // of rules that have cases
  bool json = false;
  std::string cases;     // mails to measure patterns on, beside the sample
  std::size_t top = 10;  // so many of the dearest patterns; 0: nothing is measured
};

Result<AnalyzerCommand> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace secondlook
