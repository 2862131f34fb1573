#include "tests/bench/detection_quality/rule_worth.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <utility>

#include "analyzer/rule_engine/compiled_rules.h"
#include "analyzer/scorer.h"

namespace secondlook {
namespace {

bool is_suspicious(Disposition disposition) {
  return disposition == Disposition::malicious || disposition == Disposition::suspicious;
}

// Whether a mail is found only because this hit has its score.
bool decides(const RuleHit& hit, const JudgedMail& mail) {
  if (!is_suspicious(mail.disposition) || !is_suspicious(hit.disposition) || hit.score <= 0)
    return false;
  std::vector<RuleHit> others;
  for (const RuleHit& other : mail.hits)
    if (other.rule != hit.rule) others.push_back(other);
  return !is_suspicious(decide(others, Thresholds{}).disposition);
}

void count_hit(RuleWorth& worth, const RuleHit& hit, const JudgedMail& judged,
               const LabelledMail& mail) {
  const bool is_deciding = decides(hit, judged);
  if (mail.is_phish) {
    ++worth.in_phish;
    worth.in_passed += mail.passed_by_microsoft ? 1 : 0;
    worth.decides_phish += is_deciding ? 1 : 0;
    return;
  }
  ++(mail.is_modern_ham ? worth.in_modern_ham : worth.in_older_ham);
  worth.decides_ham += is_deciding ? 1 : 0;
}

void print_row(const RuleWorth& worth, std::size_t phish, std::size_t modern_ham) {
  const std::string name = worth.rule + (worth.signal.empty() ? "" : " = " + worth.signal);
  const bool is_modern = worth.in_phish + worth.in_modern_ham > 0;
  std::printf("  %-62s %6zu %7zu %7zu %6zu %9.3f %6.2f %8zu %5zu\n", name.c_str(), worth.in_phish,
              worth.in_passed, worth.in_modern_ham, worth.in_older_ham,
              is_modern ? worth.precision() : 0, is_modern ? worth.lift(phish, modern_ham) : 0,
              worth.decides_phish, worth.decides_ham);
}

}  // namespace

double RuleWorth::precision() const {
  return static_cast<double>(in_phish) / static_cast<double>(in_phish + in_modern_ham);
}

double RuleWorth::lift(std::size_t phish, std::size_t modern_ham) const {
  return precision() * static_cast<double>(phish + modern_ham) / static_cast<double>(phish);
}

std::vector<RuleWorth> weigh_rules(const CompiledRules& rules,
                                   const std::vector<LabelledMail>& mails,
                                   const std::vector<JudgedMail>& judged) {
  std::map<std::string, RuleWorth> by_name;
  for (const CompiledRule& rule : rules.rules) {
    by_name[rule.definition.name].signal = rule.definition.function;
  }
  for (std::size_t i = 0; i < mails.size(); ++i) {
    for (const RuleHit& hit : judged[i].hits)
      count_hit(by_name[hit.rule], hit, judged[i], mails[i]);
  }
  std::vector<RuleWorth> all;
  for (auto& [name, worth] : by_name) {
    worth.rule = name;
    all.push_back(std::move(worth));
  }
  return all;
}

void print_rule_worth(std::vector<RuleWorth> worth, const std::vector<LabelledMail>& mails) {
  const auto phish =
      static_cast<std::size_t>(std::ranges::count_if(mails, &LabelledMail::is_phish));
  const auto modern =
      static_cast<std::size_t>(std::ranges::count_if(mails, &LabelledMail::is_modern_ham));
  std::ranges::stable_sort(worth, std::greater<>(), &RuleWorth::in_phish);
  std::printf("%-64s %6s %7s %7s %6s %9s %6s %8s %5s\n", "rule = signal: hits in", "phish",
              "passed", "modern", "older", "precision", "lift", "decides", "ham");
  std::string silent;
  for (const RuleWorth& rule : worth) {
    if (rule.in_phish + rule.in_modern_ham + rule.in_older_ham > 0)
      print_row(rule, phish, modern);
    else
      silent += " " + rule.rule;
  }
  std::printf("  never hit:%s\n\n", silent.empty() ? " none" : silent.c_str());
}

}  // namespace secondlook
