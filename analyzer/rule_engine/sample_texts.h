// Texts to measure patterns on: the same ones every time and everywhere, so that figures of two
// rule sets can be compared. About 150 kB of what mails hold (sentences, links, header values,
// markup, encoded bytes) and of what hostile mails hold for patterns to get lost in (long runs of
// one letter, digits or blanks, words of two letters, open brackets).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

inline constexpr std::size_t kLongestSample = 2048;  // bytes, as the longest paragraph

std::vector<std::string> sample_texts();

// Any text in pieces of at most kLongestSample.
void add_pieces(std::string_view text, std::vector<std::string>& pieces);

}  // namespace secondlook
