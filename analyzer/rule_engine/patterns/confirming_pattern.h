// PCRE2 behind a small door: the engine that decides, counts, and says where. Hyperscan proposes.
// Every match runs under limits (steps, depth, heap) and a byte budget of its message, so that no
// pattern stalls a mail; a limit reached is an answer of its own, never "no match".
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "analyzer/rule_engine/parser/mistake.h"
#include "analyzer/rule_engine/parser/perl_pattern.h"

struct pcre2_real_code_8;

namespace secondlook {

enum class MatchAnswer { found, absent, limit_reached };

struct MatchSpan {
  std::size_t begin = 0, end = 0;
};

// What one thread needs to match: scratch memory and limits. Not shared between threads.
class PatternMatcher {
 public:
  PatternMatcher();
  PatternMatcher(PatternMatcher&&) noexcept;
  PatternMatcher& operator=(PatternMatcher&&) noexcept;
  ~PatternMatcher();

  // Bytes of subject that may still be searched for this message.
  static constexpr std::uint64_t kBytesPerMessage = 256ULL << 20;
  void begin_message() { bytes_left_ = kBytesPerMessage; }

 private:
  friend class ConfirmingPattern;
  struct Memory;
  std::unique_ptr<Memory> memory_;
  std::uint64_t bytes_left_ = kBytesPerMessage;
};

// Beyond this (rule tags expand to 100 kB and more) one pattern takes Hyperscan minutes to compile.
inline constexpr std::size_t kLongestPattern = 2000;

// A compiled pattern: immutable, shared by threads and forks.
class ConfirmingPattern {
 public:
  // by_characters: subjects are valid UTF-8 and are matched by character. The mistake's offset
  // counts from the beginning of the expression.
  static Parsed<ConfirmingPattern> compile(const PerlPattern& pattern, bool by_characters);

  ConfirmingPattern(ConfirmingPattern&&) noexcept;
  ConfirmingPattern& operator=(ConfirmingPattern&&) noexcept;
  ~ConfirmingPattern();

  // The first match that begins at `from` or later. What lies before `from` is seen by lookbehinds.
  MatchAnswer find(std::string_view subject, std::size_t from, PatternMatcher& matcher,
                   MatchSpan& span) const;

 private:
  explicit ConfirmingPattern(pcre2_real_code_8* code) : code_(code) {}
  pcre2_real_code_8* code_;
};

}  // namespace secondlook
