#include "analyzer/rule_engine/stock_evals/redirectors.h"

#include <algorithm>
#include <set>
#include <utility>

#include "analyzer/message/ascii.h"
#include "analyzer/message/rule_uris.h"
#include "analyzer/rule_engine/patterns/required_literals.h"
#include "analyzer/rule_engine/stock_evals/eval_patterns.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostForms = 64;  // of one target

bool holds_needed(std::string_view lower_uri, const std::vector<std::string>& needed) {
  return needed.empty() || std::any_of(needed.begin(), needed.end(), [&](const auto& string) {
           return lower_uri.find(string) != lower_uri.npos;
         });
}

}  // namespace

std::optional<Mistake> Redirectors::add(std::string_view value) {
  Parsed<PerlPattern> parsed = parse_perl_pattern(value);
  if (auto* mistake = std::get_if<Mistake>(&parsed)) return std::move(*mistake);
  const PerlPattern& pattern = std::get<PerlPattern>(parsed);
  Parsed<ConfirmingPattern> compiled = ConfirmingPattern::compile(pattern, false);
  if (auto* mistake = std::get_if<Mistake>(&compiled)) {
    mistake->offset += pattern.offset;
    return std::move(*mistake);
  }
  patterns_.push_back({std::get<ConfirmingPattern>(std::move(compiled)),
                       required_literals(outline_of(pattern, false)).strings});
  return std::nullopt;
}

bool Redirectors::may_lead_on(std::string_view uri) const {
  const std::string lower = to_ascii_lower(uri);
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const auto& each) { return holds_needed(lower, each.needed); });
}

std::string Redirectors::target_in(std::string_view uri, EvalPatterns& patterns) const {
  const std::string lower = to_ascii_lower(uri);
  std::vector<std::optional<MatchSpan>> groups;
  for (const Redirector& each : patterns_) {
    if (!holds_needed(lower, each.needed)) continue;
    if (patterns.find_groups(each.pattern, uri, groups) != MatchAnswer::found) continue;
    if (groups.size() < 2 || !groups[1]) continue;
    const std::string_view target = uri.substr(groups[1]->begin, groups[1]->end - groups[1]->begin);
    if (target.find('.') != target.npos) return std::string(target);
  }
  return "";
}

namespace {

class TargetFinder {
 public:
  TargetFinder(const Redirectors& redirectors, EvalPatterns& patterns)
      : redirectors_(redirectors), patterns_(patterns) {}

  void follow(const std::vector<std::string>& uris, int depth) {
    for (const std::string& written : uris) {
      if (!redirectors_.may_lead_on(written)) continue;
      const std::string uri = plain_web_uri(written);
      if (uri.empty() || !seen_.insert(uri).second) continue;
      if (seen_.size() > kMostRedirects) return patterns_.note_limit();
      const std::string target = redirectors_.target_in(uri, patterns_);
      if (target.empty()) continue;
      RuleUris forms(kMostForms);
      forms.add_target(target, {});
      const std::vector<std::string> found = forms.take();
      targets_.insert(found.begin(), found.end());
      if (depth < kDeepestRedirect) follow(found, depth + 1);
    }
  }

  std::set<std::string> take() { return std::move(targets_); }

 private:
  const Redirectors& redirectors_;
  EvalPatterns& patterns_;
  std::set<std::string, std::less<>> seen_;
  std::set<std::string> targets_;
};

}  // namespace

std::optional<std::vector<std::string>> uris_with_targets(const std::vector<std::string>& uris,
                                                          const Redirectors& redirectors,
                                                          EvalPatterns& patterns) {
  if (redirectors.is_empty()) return std::nullopt;
  TargetFinder finder(redirectors, patterns);
  finder.follow(uris, 1);
  std::set<std::string> all = finder.take();
  if (all.empty()) return std::nullopt;
  all.insert(uris.begin(), uris.end());
  return std::vector<std::string>(all.begin(), all.end());
}

}  // namespace secondlook
