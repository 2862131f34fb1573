// Strings of which every match of a pattern contains at least one. Searched first, all patterns'
// together and almost for free (Hyperscan's literal matcher); a pattern is only tried where one of
// its strings stands.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/patterns/pattern_outline.h"

namespace secondlook {

struct RequiredLiterals {
  // In lower case; to be found in any case of ASCII letters. Empty: nothing is required. At most
  // kMostLiterals of at most kLongestLiteral bytes.
  std::vector<std::string> strings;
  // How often one of them stands in ordinary text, by the frequency of letters: per byte.
  double expected = 1;
  // The most bytes of a match that stand before the beginning of such a string, so that a match
  // begins at most so far before it. kNoMost: any number.
  std::uint32_t most_before = 0;
};

inline constexpr std::size_t kMostLiterals = 300;
inline constexpr std::size_t kLongestLiteral = 24;

// The rarest such set that the outline shows. usual: what nearly every text of its kind holds
// ("http://" in URIs, " helo=" in relays), in lower case, so that no letters make it rare. avoided:
// strings of another such set of the same outline; then it is one of other strings.
RequiredLiterals required_literals(const OutlineNode& outline,
                                   std::span<const std::string_view> usual = {},
                                   std::span<const std::string> avoided = {});

}  // namespace secondlook
