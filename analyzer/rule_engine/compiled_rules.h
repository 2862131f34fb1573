// All rules, ready to run: immutable, made before the workers fork and shared by them.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/rule_engine/parser/captured_text.h"
#include "analyzer/rule_engine/parser/meta_expression.h"
#include "analyzer/rule_engine/parser/rule_definition.h"
#include "analyzer/rule_engine/patterns/confirming_pattern.h"
#include "analyzer/rule_engine/patterns/pattern_guards.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "analyzer/rule_engine/searched_text.h"
#include "analyzer/rule_engine/stock_evals/stock_settings.h"

namespace secondlook {

inline constexpr std::size_t kNoRule = std::numeric_limits<std::size_t>::max();

// Text that rules capture for others, by its name (parser/captured_text.h).
struct CapturedName {
  std::string name;
  std::vector<std::size_t> captured_by;  // rules that run
};

// This group of a pattern captures for that name, a place in CompiledRules::captured.
struct CapturedGroup {
  std::size_t group = 0, name = 0;
};

struct CompiledRule {
  RuleDefinition definition;
  bool runs = false;               // neither switched off nor unsupported
  bool is_wanted = false;          // it runs and has a score, or one that has asks for it
  std::size_t pattern = kNoRule;   // its place in CompiledRules::patterns
  double value_if_absent = 0;      // pattern rules, when their header field is not there
  SignalFunction signal;           // eval rules
  MetaExpression meta;             // meta rules
  std::vector<std::size_t> asks;   // for each name of `meta`: the rule's index, or kNoRule
  std::vector<std::size_t> needs;  // of `asks`: while one of these is 0, the meta is
  // The metas to look at again when more is known of this rule: places in CompiledRules::metas. A
  // meta that needs a rule which is 0 at rest waits for that one alone.
  std::vector<std::size_t> metas;
  std::vector<CapturedGroup> captures;   // what its pattern captures
  std::vector<TextPlace> places;         // in its pattern, of captured text
  std::vector<std::size_t> place_names;  // for each of them: its place in CompiledRules::captured
};

struct CompiledPattern {
  std::size_t rule = 0;
  ConfirmingPattern confirm;
  GuardKind guard = GuardKind::none;
  bool has_witness = false;  // it matches only where PatternSearch was told of one
  bool by_characters = false;
  std::size_t group = 0;  // its text

  // Of a rule whose pattern may match.
  static ValueRange possible(const RuleDefinition& rule) {
    const bool counts = rule.multiple && !rule.negated;
    return {0, counts ? static_cast<double>(rule.most_hits) : 1};
  }
};

// A text and all that is asked about it.
struct TextGroup {
  TextSource source;
  std::string label;  // of the source, the field as rules write it
  PatternGuards by_bytes, by_characters;
  std::vector<std::size_t> patterns;           // every one of the group
  std::vector<std::size_t> differs_if_absent;  // those whose value is another without the text
  std::vector<std::size_t> exists;             // rules that ask only whether it is there
  // Its patterns alone open no rule with a score: the text is made when one of them is asked for.
  bool on_demand = false;
};

class CompiledRules {
 public:
  StockSettings settings;  // lists and networks of the rule files
  std::vector<CompiledRule> rules;
  std::vector<CompiledPattern> patterns;
  std::vector<TextGroup> groups;  // of what is wanted
  std::vector<CapturedName> captured;
  std::vector<std::size_t> scored;  // rules that run and have a score
  std::vector<std::size_t> metas;   // wanted ones, in an order in which each finds its parts before
  // What is known of each rule when every text is there and no guard proposed anything.
  std::vector<ValueRange> at_rest;
};

struct CompiledResult {
  CompiledRules rules;
  std::vector<RuleComplaint> complaints;
  RuleSetFacts facts;  // all but the hash
};

class DatabaseCache;

// Complaints: bad patterns and expressions, cycles of metas (fatal); rules that cannot run here
// (not fatal). With a fatal complaint the databases are not compiled and the rules are not usable.
CompiledResult compile_rules(std::vector<RuleDefinition> definitions, const SignalTable& signals,
                             DatabaseCache& cache);

}  // namespace secondlook
