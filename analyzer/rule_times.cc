#include "analyzer/rule_times.h"

#include <algorithm>
#include <utility>

#include <sys/mman.h>

#include "base/system_error.h"

namespace secondlook {

struct RuleTimes::Shared {
  struct Rule {
    Figure nanoseconds, searches;
  };
  Figure mails;

  Rule* rules() { return reinterpret_cast<Rule*>(this + 1); }
};

RuleTimes::RuleTimes(std::vector<std::string> names, Shared* shared, std::size_t bytes)
    : names_(std::move(names)), shared_(shared), bytes_(bytes) {}

RuleTimes::~RuleTimes() {
  ::munmap(shared_, bytes_);
}

Result<std::shared_ptr<RuleTimes>> RuleTimes::make(const CompiledRules& rules) {
  std::vector<std::string> names;
  for (RuleSummary& rule : list_rules(rules)) names.push_back(std::move(rule.name));
  const std::size_t bytes = sizeof(Shared) + names.size() * sizeof(Shared::Rule);
  // Zeros, which are figures.
  void* const memory =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return last_system_error("memory for times of rules");
  return std::shared_ptr<RuleTimes>(
      new RuleTimes(std::move(names), static_cast<Shared*>(memory), bytes));
}

void RuleTimes::add(const RuleCosts& costs) {
  const auto add_all = [&](const std::vector<RuleCosts::Cost>& of_rules) {
    for (std::size_t i = 0; i < std::min(of_rules.size(), names_.size()); ++i) {
      if (of_rules[i].searches == 0) continue;
      shared_->rules()[i].nanoseconds.add(of_rules[i].nanoseconds);
      shared_->rules()[i].searches.add(of_rules[i].searches);
    }
  };
  add_all(costs.costs);
  add_all(costs.evals);
  shared_->mails.add();
}

RuleTimeTable RuleTimes::dearest() const {
  RuleTimeTable table;
  table.reports = shared_->mails.get();
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const Shared::Rule& rule = shared_->rules()[i];
    if (rule.nanoseconds.get() > 0)
      table.rules.push_back({names_[i], rule.nanoseconds.get(), rule.searches.get()});
  }
  const std::size_t most = std::min(table.rules.size(), kMostRuleTimes);
  std::partial_sort(table.rules.begin(), table.rules.begin() + static_cast<std::ptrdiff_t>(most),
                    table.rules.end(), [](const RuleTime& a, const RuleTime& b) {
                      return a.nanoseconds > b.nanoseconds;
                    });
  table.rules.resize(most);
  return table;
}

}  // namespace secondlook
