// What must stand in a text before a pattern is tried there: all patterns of one text, searched in
// one pass each of Hyperscan (those with rare strings) and of an automaton (those that at least
// begin rarely); an automaton of its own follows those that begin a line, from there alone. The few
// that have neither are tried everywhere.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analyzer/rule_engine/patterns/literal_database.h"
#include "analyzer/rule_engine/patterns/outline_scan.h"
#include "analyzer/rule_engine/patterns/required_literals.h"

namespace secondlook {

class DatabaseCache;

enum class GuardKind : char { literals, outline, none };

struct GuardScan;

// Immutable; shared by threads and forks.
struct PatternGuards {
  struct Wanted {
    std::uint32_t pattern = 0;      // by its number
    std::uint32_t most_before = 0;  // bytes of a match, before what is found; kNoMost: any
  };
  struct Literal {
    std::uint32_t bytes = 0;  // its length
    std::vector<Wanted> wanted_by;
    std::vector<std::uint32_t> witness_of;  // patterns
  };

  LiteralDatabase database;
  std::vector<Literal> literals;  // of the database, by their numbers
  OutlineAutomaton outlines;
  std::vector<Wanted> outlined;  // by what `outlines` reports
  OutlineAutomaton line_outlines;
  std::vector<std::uint32_t> line_outlined;  // patterns, by what `line_outlines` reports
  // Patterns that match only where, beside what proposes them, another string stands somewhere in
  // the text.
  std::vector<std::uint32_t> witnessed;

  bool is_empty() const {
    return database.is_empty() && outlines.is_empty() && line_outlines.is_empty();
  }

  // Calls on_proposal(pattern, from, to) for the places, both included, where matches may begin.
  // A pattern behind these guards matches nowhere else. False when the text is too much for them:
  // they say nothing about it then. internal: Hyperscan refused.
  // on_witness(pattern), as often as such a string stands there: a pattern of `witnessed` that is
  // never told matches nowhere in this text.
  using OnProposal = std::function<void(std::uint32_t pattern, std::size_t from, std::size_t to)>;
  using OnWitness = std::function<void(std::uint32_t pattern)>;
  Result<bool> propose(std::string_view text, DatabaseScratch& scratch, GuardScan& scan,
                       const OnProposal& on_proposal, const OnWitness& on_witness) const;
  // To be asked besides, for each piece of the text that PCRE2 searches alone, from the first on:
  // where a piece begins, so does a line, and a word that is torn.
  bool propose_beginnings(std::string_view text, std::size_t begin, std::size_t end,
                          GuardScan& scan, const OnProposal& on_proposal) const;
};

// What one thread needs beside the guards, which must outlive it.
struct GuardScan {
  explicit GuardScan(const PatternGuards& guards)
      : anywhere(guards.outlines), at_lines(guards.line_outlines) {}
  OutlineScan anywhere, at_lines;
};

// Takes patterns in, then makes the guards of all.
class PatternGuardMaker {
 public:
  // usual: what texts of this kind hold anyway (required_literals.h); must outlive this.
  explicit PatternGuardMaker(std::span<const std::string_view> usual = {}) : usual_(usual) {}

  // `number` is the caller's. by_characters: as the pattern is matched (pattern_text.h).
  GuardKind add(const PerlPattern& pattern, bool by_characters, std::uint32_t number);

  // internal: Hyperscan refused.
  Result<PatternGuards> make(DatabaseCache& cache);

 private:
  struct WantedString {
    std::string string;
    PatternGuards::Wanted wanted;
    bool is_witness = false;
  };
  std::vector<WantedString> wanted_;
  std::vector<std::uint32_t> witnessed_;
  void add_witness(const OutlineNode& outline, const RequiredLiterals& guard, std::uint32_t number);
  bool add_outline(const OutlineNode& outline, std::uint32_t number);
  bool add_line_outline(const OutlineNode& outline, std::uint32_t number);

  std::span<const std::string_view> usual_;
  OutlineAutomaton outlines_;
  std::vector<PatternGuards::Wanted> outlined_;
  OutlineAutomaton line_outlines_;
  std::vector<std::uint32_t> line_outlined_;
};

}  // namespace secondlook
