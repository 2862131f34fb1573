// PCRE2 behind a small door: the engine that decides, counts, and says where. Hyperscan proposes.
// Every match runs under limits (steps, depth, heap) and a byte budget of its message, so that no
// pattern stalls a mail; a limit reached is an answer of its own, never "no match".
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/parser/mistake.h"
#include "analyzer/rule_engine/parser/perl_pattern.h"

struct pcre2_real_code_8;

namespace secondlook {

enum class MatchAnswer { found, absent, limit_reached };

struct MatchSpan {
  std::size_t begin = 0, end = 0;
};

// (?<name>…) in a pattern; groups may share a name.
struct NamedGroup {
  std::string name;
  std::size_t number = 0;
};

// What one thread needs to match: scratch memory and limits. Not shared between threads.
class PatternMatcher {
 public:
  PatternMatcher();
  PatternMatcher(PatternMatcher&&) noexcept;
  PatternMatcher& operator=(PatternMatcher&&) noexcept;
  ~PatternMatcher();

  // Bytes of subject that may still be searched for this message, which has so many itself. A
  // search that reaches a limit counts as kBytesOfLimit: some ten runaway patterns end the search.
  static constexpr std::uint64_t kBytesPerMessage = 256ULL << 20;
  static constexpr std::uint64_t kSearchesOfEachByte = 64;
  static constexpr std::uint64_t kBytesOfLimit = 8ULL << 20;
  void begin_message(std::uint64_t bytes = 0) {
    bytes_left_ = kBytesPerMessage + kSearchesOfEachByte * bytes;
  }

 private:
  friend class ConfirmingPattern;
  struct Memory;
  std::unique_ptr<Memory> memory_;
  std::uint64_t bytes_left_ = kBytesPerMessage;
};

// Rule tags expand to 200 kB and more.
inline constexpr std::size_t kLongestPattern = 512 * 1024;

// A compiled pattern: immutable, shared by threads and forks.
class ConfirmingPattern {
 public:
  // by_characters: subjects are valid UTF-8 and are matched by character. The mistake's offset
  // counts from the beginning of the expression. to_machine_code: dearer to make, faster to run;
  // not for patterns of a single message.
  static Parsed<ConfirmingPattern> compile(const PerlPattern& pattern, bool by_characters,
                                           bool to_machine_code = true);

  ConfirmingPattern(ConfirmingPattern&&) noexcept;
  ConfirmingPattern& operator=(ConfirmingPattern&&) noexcept;
  ~ConfirmingPattern();

  static constexpr std::size_t kAnywhere = std::numeric_limits<std::size_t>::max();

  // The first match that begins at `from` or later, but not behind `last`. What lies before `from`
  // is seen by lookbehinds. Where matched by characters, `from` must be the beginning of one.
  MatchAnswer find(std::string_view subject, std::size_t from, PatternMatcher& matcher,
                   MatchSpan& span, std::size_t last = kAnywhere) const;

  // The same match again, with what its groups matched, as far as they took part: groups[0] is all
  // of it. Groups beyond kMostGroups are left out.
  static constexpr std::size_t kMostGroups = 64;
  MatchAnswer find_groups(std::string_view subject, std::size_t from, PatternMatcher& matcher,
                          std::vector<std::optional<MatchSpan>>& groups,
                          std::size_t last = kAnywhere) const;

  std::vector<NamedGroup> named_groups() const;

 private:
  friend class PatternMatcher;
  struct MatchData;
  MatchAnswer match(std::string_view subject, std::size_t from, PatternMatcher& matcher,
                    MatchData& data, std::size_t last) const;
  MatchAnswer find_byte(std::string_view subject, std::size_t from, PatternMatcher& matcher,
                        MatchSpan& span, std::size_t last) const;
  ConfirmingPattern(pcre2_real_code_8* code, bool is_fast) : code_(code), is_fast_(is_fast) {}
  pcre2_real_code_8* code_;
  bool is_fast_;                   // compiled to machine code
  std::optional<char> only_byte_;  // all that it matches, where that is one ASCII character
};

}  // namespace secondlook
