#include "tests/bench/analysis_cost/timed_evals.h"

#include <string>
#include <utility>
#include <vector>

#include "analyzer/rule_engine/stock_evals/stock_evals.h"
#include "analyzer/signals/signals.h"

namespace secondlook {

SignalTable timed_evals(EvalTime& time) {
  SignalTable functions = stock_evals();
  for (const auto& [name, function] : all_signals()) functions[name] = function;
  for (auto& [name, function] : functions) {
    function = [plain = std::move(function), &time](const ScanContext& context,
                                                    const std::vector<std::string>& arguments) {
      const auto began = std::chrono::steady_clock::now();
      SignalResult result = plain(context, arguments);
      time.spent += std::chrono::steady_clock::now() - began;
      return result;
    };
  }
  return functions;
}

}  // namespace secondlook
