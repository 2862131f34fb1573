// What must stand in a text before a pattern is tried there: all patterns of one text, searched in
// one pass each of Hyperscan (those with rare strings) and of an automaton (those that at least
// begin rarely). The few that have neither are tried everywhere.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/rule_engine/patterns/literal_database.h"
#include "analyzer/rule_engine/patterns/outline_automaton.h"
#include "analyzer/rule_engine/patterns/required_literals.h"

namespace secondlook {

class DatabaseCache;

enum class GuardKind : char { literals, outline, none };

// Immutable; shared by threads and forks.
struct PatternGuards {
  LiteralDatabase literals;
  std::vector<std::vector<std::uint32_t>> wanted_by;  // by literal: the patterns, by their numbers
  std::vector<OutlineAutomaton> outlines;             // report patterns by their numbers
};

// Takes patterns in, then makes the guards of all.
class PatternGuardMaker {
 public:
  // `pattern` is the caller's number.
  GuardKind add(const OutlineNode& outline, std::uint32_t pattern);

  // internal: Hyperscan refused.
  Result<PatternGuards> make(DatabaseCache& cache);

 private:
  bool add_outline(const OutlineNode& outline, std::uint32_t pattern);

  std::vector<std::pair<std::string, std::uint32_t>> wanted_;
  std::vector<OutlineAutomaton> outlines_;  // by kind
};

}  // namespace secondlook
