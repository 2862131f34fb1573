// One analysis whole and one taken apart into its stages by public functions of the folders, over
// the same reports.
//
//   unwrap+parse  unwrap_journal_report(), parse_message() with limits that leave no text to render
//   render        what parse_message() takes longer without them
//   scan          RuleScanner::scan() without the eval functions: texts, guards, PCRE2, metas,
//                 evidence
//   evals         the eval functions (and what of MailFacts they are the first to ask for)
//   total         Analysis::analyze() and the verdict as JSON; what is not in the stages above is
//                 identity, score, verdict
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/analysis.h"
#include "tests/bench/analysis_cost/cost_clock.h"
#include "tests/bench/analysis_cost/timed_evals.h"

namespace secondlook {

// Journal reports in memory.
struct Reports {
  std::vector<std::string> all;
  Load load;
};
Result<Reports> read_reports(const std::string& directory);

// CPU seconds for all reports.
struct StageCosts {
  double parse = 0, render = 0, scan = 0, evals = 0, total = 0;
};

class StagedAnalysis {
 public:
  // Loads the rule files twice, once with clocks around the eval functions.
  static Result<StagedAnalysis> load(const std::vector<std::string>& rules);

  // Some reports whole, the same ones in stages, the next ones: so that both see the same machine.
  StageCosts run(const Reports& reports);

  // One more round in stages, with a clock around each search of PCRE2. CPU seconds of all
  // searches; on stderr, the `top` dearest rules and eval functions.
  double run_with_searches_timed(const Reports& reports, std::size_t top);

  const CompiledRules& rules() const { return *plain_.rules; }

 private:
  StagedAnalysis(LoadedRules plain, LoadedRules timed, std::unique_ptr<EvalTime> evals);
  double run_whole(const std::string& report);
  double run_in_stages(const std::string& report, StageCosts& sum);

  LoadedRules plain_, timed_;
  std::unique_ptr<EvalTime> evals_;
  Analysis whole_;
  RuleScanner scanner_;
  AnalysisContext context_;
  const std::vector<Recipient> nobody_;
};

}  // namespace secondlook
