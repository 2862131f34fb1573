// All rules, ready to run: immutable, made before the workers fork and shared by them.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/rule_engine/parser/meta_expression.h"
#include "analyzer/rule_engine/parser/rule_definition.h"
#include "analyzer/rule_engine/patterns/confirming_pattern.h"
#include "analyzer/rule_engine/patterns/pattern_guards.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "analyzer/rule_engine/searched_text.h"
#include "analyzer/rule_engine/stock_evals/stock_settings.h"

namespace secondlook {

inline constexpr std::size_t kNoRule = std::numeric_limits<std::size_t>::max();

struct CompiledRule {
  RuleDefinition definition;
  bool runs = false;              // neither switched off nor unsupported
  double value_if_absent = 0;     // pattern rules, when their header field is not there
  SignalFunction signal;          // eval rules
  MetaExpression meta;            // meta rules
  double value_if_nothing = 0;    // meta rules, when all that they ask for is 0
  std::vector<std::size_t> asks;  // for each name of `meta`: the rule's index, or kNoRule
};

struct CompiledPattern {
  std::size_t rule = 0;
  ConfirmingPattern confirm;
  GuardKind guard = GuardKind::none;
  bool by_characters = false;
};

// A text and all that is asked about it.
struct TextGroup {
  TextSource source;
  std::string label;  // of the source, the field as rules write it
  PatternGuards by_bytes, by_characters;
  std::vector<std::size_t> patterns;   // every one of the group
  std::vector<std::size_t> unguarded;  // of these, those that are tried everywhere
  std::vector<std::size_t> exists;     // rules that ask only whether it is there
};

class CompiledRules {
 public:
  StockSettings settings;  // lists and networks of the rule files
  std::vector<CompiledRule> rules;
  std::vector<CompiledPattern> patterns;
  std::vector<TextGroup> groups;
  std::vector<std::size_t> signals;  // eval rules that run
  std::vector<std::size_t> metas;    // in an order in which each finds its parts decided
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
