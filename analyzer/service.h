// The three things that secondlook-analyzer can be; each gives the exit status: 0 done, 1 failed
// (the supervisor starts it again), 2 bad configuration or rules.
#pragma once

#include <vector>

#include "analyzer/command_line.h"
#include "schema/configuration.h"

namespace secondlook {

// The process that follows the journal log. `notice`: descriptor of schema/process_notice.h or -1.
// `figures`: those of schema/process_figures.h.
int run_service(const Configuration& configuration, int notice, const std::vector<int>& figures);

// `secondlook-analyzer scan`, the tool's socket on kScanDescriptor.
int run_scan(const Configuration& configuration, const AnalyzerCommand& command);

// `secondlook-analyzer rules check|list|cases`.
int run_rules(const Configuration& configuration, const AnalyzerCommand& command);

}  // namespace secondlook
