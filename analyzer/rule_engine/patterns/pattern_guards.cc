#include "analyzer/rule_engine/patterns/pattern_guards.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyzer/rule_engine/patterns/database_cache.h"

namespace secondlook {
namespace {

// Strings that stand more often than this (a share of all bytes) call PCRE2 too often; what the
// pattern begins with may be rarer.
constexpr double kRareLiterals = 4e-4;
constexpr double kUsableLiterals = 5e-3;
// Kinds of outlines (outline_automaton.h): short words, letters with all their lookalikes, whole
// lists of words written so, and those that are busy at all times.
constexpr std::array<OutlineAutomaton::Bounds, 4> kKinds = {
    {{0.3, 150}, {0.3, 1500}, {0.6, 1'000'000}, {1e9, 1'000'000}}};

}  // namespace

bool PatternGuardMaker::add_outline(const OutlineNode& outline, std::uint32_t pattern) {
  outlines_.resize(kKinds.size());
  for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
    const auto added = outlines_[kind].add(outline, pattern, kKinds[kind]);
    if (added != OutlineAutomaton::Added::too_much) return added == OutlineAutomaton::Added::yes;
  }
  return false;
}

GuardKind PatternGuardMaker::add(const OutlineNode& outline, std::uint32_t pattern) {
  RequiredLiterals literals = required_literals(outline);
  if (literals.expected > kRareLiterals && add_outline(outline, pattern)) {
    return GuardKind::outline;
  }
  if (literals.expected > kUsableLiterals) return GuardKind::none;
  for (std::string& string : literals.strings) wanted_.emplace_back(std::move(string), pattern);
  return GuardKind::literals;
}

Result<PatternGuards> PatternGuardMaker::make(DatabaseCache& cache) {
  std::sort(wanted_.begin(), wanted_.end());
  PatternGuards guards;
  std::vector<std::string> literals;
  for (auto& [string, pattern] : wanted_) {
    if (literals.empty() || literals.back() != string) {
      literals.push_back(std::move(string));
      guards.wanted_by.emplace_back();
    }
    guards.wanted_by.back().push_back(pattern);
  }
  auto database = cache.compile(literals);
  if (!database) return database.error();
  guards.literals = std::move(*database);
  std::erase_if(outlines_, [](const OutlineAutomaton& each) { return each.is_empty(); });
  guards.outlines = std::move(outlines_);
  for (OutlineAutomaton& automaton : guards.outlines) automaton.finish();
  return guards;
}

}  // namespace secondlook
