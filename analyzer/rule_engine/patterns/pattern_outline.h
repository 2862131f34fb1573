// A pattern seen from far away: which bytes can stand where, with everything left out that only
// makes matches fewer (lookaround, atomic groups, greediness). Whatever the pattern matches, its
// outline matches too; guards are made of it (required_literals.h), never decisions.
#pragma once

#include <bitset>
#include <cstdint>
#include <limits>
#include <vector>

#include "analyzer/rule_engine/parser/perl_pattern.h"

namespace secondlook {

inline constexpr std::uint32_t kNoMost = std::numeric_limits<std::uint32_t>::max();

struct OutlineNode {
  enum class Kind {
    nothing,      // takes no room: ^ $ (?=…)
    word_edge,    // neither does this: \b
    byte,         // one of `bytes`
    sequence,     // parts one after the other
    alternation,  // one of the parts
    repeat,       // parts[0], `least` to `most` times
    anything      // cannot be said: a back reference, a character beyond ASCII in any case
  };
  Kind kind = Kind::nothing;
  std::bitset<256> bytes;
  std::vector<OutlineNode> parts;
  std::uint32_t least = 0, most = kNoMost;
};

// Widths in bytes; kNoMost: any length, and more than that is no more.
std::uint32_t add_widths(std::uint32_t left, std::uint32_t right);
std::uint32_t repeat_width(std::uint32_t width, std::uint32_t times);
// The longest that a node can match.
std::uint32_t most_width(const OutlineNode& node);

// Whether the pattern says at its very beginning, and for all of it, that it matches only where the
// text or a line begins. PCRE2 finds such places by itself, and fast.
bool begins_line(const PerlPattern& pattern);

// by_characters: as the pattern is matched (pattern_text.h). Understands what PCRE2 accepts or says
// `anything`: a whole pattern with verbs, more than 100 levels or what PCRE2 refuses is `anything`.
OutlineNode outline_of(const PerlPattern& pattern, bool by_characters);

}  // namespace secondlook
