#include "tests/bench/analysis_cost/timed_evals.h"

#include <string>
#include <utility>
#include <vector>

#include "analyzer/rule_engine/stock_evals/stock_evals.h"
#include "analyzer/signals/signals.h"

namespace secondlook {

double EvalTime::seconds() const {
  std::chrono::steady_clock::duration sum{};
  for (const auto& [name, spent] : by_function) sum += spent;
  return std::chrono::duration<double>(sum).count();
}

SignalTable timed_evals(EvalTime& time) {
  SignalTable functions = stock_evals();
  for (const auto& [name, function] : all_signals()) functions[name] = function;
  for (auto& [name, function] : functions) {
    auto& spent = time.by_function[name];
    function = [plain = std::move(function), &spent](const ScanContext& context,
                                                     const std::vector<std::string>& arguments) {
      const auto began = std::chrono::steady_clock::now();
      SignalResult result = plain(context, arguments);
      spent += std::chrono::steady_clock::now() - began;
      return result;
    };
  }
  return functions;
}

}  // namespace secondlook
