#include "analyzer/rule_engine/patterns/pattern_guards.h"

#include <algorithm>
#include <utility>

#include "analyzer/rule_engine/patterns/database_cache.h"

namespace secondlook {
namespace {

// Strings that stand more often than this (a share of all bytes) call PCRE2 too often; what the
// pattern begins with may be rarer. Where strings tell nearly where a match begins, a call is
// cheap.
constexpr double kRareLiterals = 4e-4;
constexpr double kUsableLiterals = 5e-3;
constexpr std::uint32_t kNearBeginning = 16;
// A pattern that is proposed more often is worth another string that has to be there, if that is
// rare: then most texts that propose it do not have both.
constexpr double kOftenProposed = 5e-6;
constexpr double kRareWitness = 3e-4;
constexpr std::size_t kMostWitnesses = 150, kMostAvoided = 100;

void propose_before(const PatternGuards::Wanted& wanted, std::size_t begin,
                    const PatternGuards::OnProposal& on_proposal) {
  on_proposal(wanted.pattern, begin - std::min<std::size_t>(begin, wanted.most_before), begin);
}

}  // namespace

Result<bool> PatternGuards::propose(std::string_view text, DatabaseScratch& scratch,
                                    GuardScan& scan, const OnProposal& on_proposal,
                                    const OnWitness& on_witness) const {
  if (!database.is_empty()) {
    const auto note = [&](unsigned number, std::uint64_t end) {
      const Literal& literal = literals[number];
      for (const Wanted& each : literal.wanted_by)
        propose_before(each, end - literal.bytes, on_proposal);
      for (const std::uint32_t pattern : literal.witness_of) on_witness(pattern);
    };
    if (auto scanned = scratch.scan(database, text, note); !scanned) return scanned.error();
  }
  if (outlines.is_empty()) return true;
  return scan.anywhere.scan(text, [&](std::uint32_t place, std::size_t begin) {
    propose_before(outlined[place], begin, on_proposal);
  });
}

bool PatternGuards::propose_beginnings(std::string_view text, std::size_t begin, std::size_t end,
                                       GuardScan& scan, const OnProposal& on_proposal) const {
  if (!outlines.is_empty()) {
    scan.anywhere.scan_edge(text, begin, [&](std::uint32_t place, std::size_t at) {
      propose_before(outlined[place], at, on_proposal);
    });
  }
  if (line_outlines.is_empty()) return true;
  const auto note = [&](std::uint32_t place, std::size_t at) {
    on_proposal(line_outlined[place], begin + at, begin + at);
  };
  return scan.at_lines.scan_lines(text.substr(begin, end - begin), text.size(), begin == 0, note);
}

bool PatternGuardMaker::add_line_outline(const OutlineNode& outline, std::uint32_t number) {
  if (!line_outlines_.add_of_line(outline, static_cast<std::uint32_t>(line_outlined_.size())))
    return false;
  line_outlined_.push_back(number);
  return true;
}

bool PatternGuardMaker::add_outline(const OutlineNode& outline, std::uint32_t number) {
  const auto before = outlines_.add(outline, static_cast<std::uint32_t>(outlined_.size()));
  if (before) outlined_.push_back({number, *before});
  return before.has_value();
}

GuardKind PatternGuardMaker::add(const PerlPattern& pattern, bool by_characters,
                                 std::uint32_t number) {
  const OutlineNode outline = outline_of(pattern, by_characters);
  RequiredLiterals literals = required_literals(outline, usual_);
  const double rare = literals.most_before <= kNearBeginning ? kUsableLiterals : kRareLiterals;
  if (literals.expected > rare && !begins_line(pattern) && add_outline(outline, number)) {
    return GuardKind::outline;
  }
  if (literals.expected > kUsableLiterals)
    return begins_line(pattern) && add_line_outline(outline, number) ? GuardKind::outline
                                                                     : GuardKind::none;
  for (const std::string& string : literals.strings) {
    wanted_.push_back({string, {number, literals.most_before}});
  }
  add_witness(outline, literals, number);
  return GuardKind::literals;
}

void PatternGuardMaker::add_witness(const OutlineNode& outline, const RequiredLiterals& guard,
                                    std::uint32_t number) {
  if (guard.expected < kOftenProposed || guard.strings.size() > kMostAvoided) return;
  RequiredLiterals other = required_literals(outline, usual_, guard.strings);
  if (other.strings.empty() || other.strings.size() > kMostWitnesses ||
      other.expected > kRareWitness)
    return;
  for (std::string& string : other.strings)
    wanted_.push_back({std::move(string), {number, 0}, true});
  witnessed_.push_back(number);
}

Result<PatternGuards> PatternGuardMaker::make(DatabaseCache& cache) {
  std::stable_sort(wanted_.begin(), wanted_.end(),
                   [](const auto& a, const auto& b) { return a.string < b.string; });
  PatternGuards guards;
  std::vector<std::string> strings;
  for (auto& [string, wanted, is_witness] : wanted_) {
    if (strings.empty() || strings.back() != string) {
      guards.literals.push_back({static_cast<std::uint32_t>(string.size()), {}, {}});
      strings.push_back(std::move(string));
    }
    PatternGuards::Literal& literal = guards.literals.back();
    if (is_witness)
      literal.witness_of.push_back(wanted.pattern);
    else
      literal.wanted_by.push_back(wanted);
  }
  guards.witnessed = std::move(witnessed_);
  auto database = cache.compile(strings);
  if (!database) return database.error();
  guards.database = std::move(*database);
  guards.outlines = std::move(outlines_);
  guards.outlines.finish();
  guards.outlined = std::move(outlined_);
  guards.line_outlines = std::move(line_outlines_);
  guards.line_outlines.finish();
  guards.line_outlined = std::move(line_outlined_);
  return guards;
}

}  // namespace secondlook
