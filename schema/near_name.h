// Which of the known names a mistyped one may be meant for. Bytes, no letters: names are ASCII.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace secondlook {

// Levenshtein's. Takes the product of both lengths: bound them where a stranger chose them.
std::size_t edit_distance(std::string_view left, std::string_view right);

// The candidate that differs in the fewest letters, if it is near enough to be meant; else empty.
std::string_view nearest_name(std::string_view word, const std::vector<std::string_view>& names);

}  // namespace secondlook
