#include "analyzer/rule_engine/pattern_costs.h"

#include <algorithm>
#include <tuple>

#include "analyzer/rule_engine/compiled_rules.h"
#include "analyzer/rule_engine/patterns/pattern_text.h"

namespace secondlook {
namespace {

void search_all(const CompiledPattern& pattern, const std::vector<std::string>& texts,
                PatternMatcher& matcher, PatternCost& cost) {
  MatchSpan span;
  for (const std::string& text : texts) {
    matcher.begin_message(text.size());
    const MatchAnswer answer = pattern.confirm.find(text, 0, matcher, span);
    cost.bytes += answer == MatchAnswer::found ? std::max<std::size_t>(span.end, 1) : text.size();
    cost.reached_limit = answer == MatchAnswer::limit_reached;
    if (cost.reached_limit) return;
  }
}

}  // namespace

std::vector<PatternCost> measure_patterns(const CompiledRules& rules,
                                          const std::vector<std::string>& texts,
                                          const std::function<std::uint64_t()>& nanoseconds_now) {
  std::vector<std::string> characters;
  for (const std::string& text : texts) characters.push_back(with_valid_utf8(text));
  std::vector<PatternCost> costs;
  PatternMatcher matcher;
  for (const CompiledPattern& pattern : rules.patterns) {
    const CompiledRule& rule = rules.rules[pattern.rule];
    if (!rule.is_wanted) continue;
    PatternCost& cost = costs.emplace_back();
    cost.rule = rule.definition.name;
    cost.file = rule.definition.file;
    cost.line = rule.definition.line;
    cost.guard = pattern.guard;
    const std::uint64_t begin = nanoseconds_now();
    search_all(pattern, pattern.by_characters ? characters : texts, matcher, cost);
    cost.nanoseconds = nanoseconds_now() - begin;
  }
  const auto rank = [](const PatternCost& cost) {
    return std::tuple(!cost.reached_limit, -cost.microseconds_per_kilobyte());
  };
  std::stable_sort(
      costs.begin(), costs.end(),
      [&](const PatternCost& left, const PatternCost& right) { return rank(left) < rank(right); });
  return costs;
}

}  // namespace secondlook
