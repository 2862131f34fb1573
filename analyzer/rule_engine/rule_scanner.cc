#include <algorithm>
#include <utility>

#include "analyzer/rule_engine/compiled_rules.h"
#include "analyzer/rule_engine/pattern_search.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "analyzer/rule_engine/scan_findings.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"

namespace secondlook {

// First the guards look at every text, so that of most rules it is known that they do not hit. Then
// the rules with a score that may have hit are decided; a meta asks for its parts one by one, until
// nothing that is still open can change it.
struct RuleScanner::State {
  explicit State(std::shared_ptr<const CompiledRules> compiled)
      : rules(std::move(compiled)), search(*rules, findings) {}

  std::shared_ptr<const CompiledRules> rules;
  ScanFindings findings;
  PatternSearch search;
  EvalPatterns patterns;
  RuleCosts* costs = nullptr;  // null: not measured

  void decide(std::size_t rule, const ScanContext& context);
  void decide_meta(std::size_t rule, const ScanContext& context);
  void ask_signal(std::size_t rule, const ScanContext& context);
  SignalResult call_signal(std::size_t rule, const ScanContext& context);
};

void RuleScanner::State::decide(std::size_t rule, const ScanContext& context) {
  if (findings.range(rule).is_known()) return;
  const CompiledRule& compiled = rules->rules[rule];
  if (compiled.pattern != kNoRule) {
    for (const std::size_t name : compiled.place_names) {
      for (const std::size_t by : rules->captured[name].captured_by) decide(by, context);
    }
    return search.decide(compiled.pattern);
  }
  if (compiled.signal) return ask_signal(rule, context);
  decide_meta(rule, context);
}

void RuleScanner::State::decide_meta(std::size_t rule, const ScanContext& context) {
  for (;;) {
    const MetaExpression::Answer answer = findings.answer(rule);
    if (answer.ask == MetaExpression::kNothing) return findings.decide(rule, answer.range.low);
    decide(rules->rules[rule].asks[answer.ask], context);
  }
}

SignalResult RuleScanner::State::call_signal(std::size_t rule, const ScanContext& context) {
  const CompiledRule& compiled = rules->rules[rule];
  if (costs == nullptr) return compiled.signal(context, compiled.definition.arguments);
  const std::uint64_t begin = costs->nanoseconds_now();
  SignalResult result = compiled.signal(context, compiled.definition.arguments);
  costs->evals[rule].nanoseconds += costs->nanoseconds_now() - begin;
  ++costs->evals[rule].searches;
  return result;
}

void RuleScanner::State::ask_signal(std::size_t rule, const ScanContext& context) {
  const CompiledRule& compiled = rules->rules[rule];
  const SignalResult result = call_signal(rule, context);
  findings.decide(rule, result.hit ? 1 : 0);
  if (patterns.take_limit()) {
    findings.note_error("rule " + compiled.definition.name + ": match limit reached");
  }
  if (!result.hit) return;
  for (const Evidence& evidence : result.evidence) {
    findings.add_evidence(rule, evidence.where, evidence.offset, evidence.text);
  }
}

RuleScanner::RuleScanner(std::shared_ptr<const CompiledRules> rules)
    : state_(std::make_unique<State>(std::move(rules))) {}

void RuleScanner::measure(RuleCosts* costs) {
  if (costs != nullptr) {
    costs->costs.resize(state_->rules->rules.size());
    costs->evals.resize(state_->rules->rules.size());
  }
  state_->costs = costs;
  state_->search.measure(costs);
}

RuleScanner::RuleScanner(RuleScanner&&) noexcept = default;
RuleScanner& RuleScanner::operator=(RuleScanner&&) noexcept = default;
RuleScanner::~RuleScanner() = default;

Result<ScanOutcome> RuleScanner::scan(const ScanContext& context) {
  State& state = *state_;
  state.patterns.begin_message(context.message.bytes.size());
  state.findings.begin_message(*state.rules);
  ScanContext shared = context;
  const MailFacts facts(shared, state.rules->settings, state.patterns);
  shared.facts = &facts;
  if (auto proposed = state.search.propose(shared); !proposed) return proposed.error();
  state.findings.narrow_metas();
  for (const std::size_t rule : state.rules->scored) state.decide(rule, shared);
  if (facts.has_cut_redirects()) state.findings.note_error("redirector_pattern: limit reached");
  return state.findings.outcome();
}

}  // namespace secondlook
