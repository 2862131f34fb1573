#include "analyzer/rule_engine/stock_evals/eval_patterns.h"

#include <utility>
#include <variant>

namespace secondlook {
namespace {

constexpr std::size_t kMostPatterns = 1000;

std::unique_ptr<ConfirmingPattern> compile(std::string_view expression) {
  PerlPattern pattern;
  pattern.expression = expression;
  Parsed<ConfirmingPattern> compiled = ConfirmingPattern::compile(pattern, false);
  if (std::holds_alternative<Mistake>(compiled)) return nullptr;
  return std::make_unique<ConfirmingPattern>(std::get<ConfirmingPattern>(std::move(compiled)));
}

}  // namespace

bool EvalPatterns::matches(std::string_view expression, std::string_view subject) {
  auto place = patterns_.find(expression);
  if (place == patterns_.end()) {
    if (patterns_.size() >= kMostPatterns) patterns_.clear();
    place = patterns_.emplace(expression, compile(expression)).first;
  }
  return place->second != nullptr && find(*place->second, subject) == MatchAnswer::found;
}

MatchAnswer EvalPatterns::find(const ConfirmingPattern& pattern, std::string_view subject) {
  MatchSpan span;
  const MatchAnswer answer = pattern.find(subject, 0, matcher_, span);
  if (answer == MatchAnswer::limit_reached) note_limit();
  return answer;
}

MatchAnswer EvalPatterns::find_groups(const ConfirmingPattern& pattern, std::string_view subject,
                                      std::vector<std::optional<MatchSpan>>& groups) {
  const MatchAnswer answer = pattern.find_groups(subject, 0, matcher_, groups);
  if (answer == MatchAnswer::limit_reached) note_limit();
  return answer;
}

}  // namespace secondlook
