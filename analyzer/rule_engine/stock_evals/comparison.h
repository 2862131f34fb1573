// Numbers in the arguments of eval functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace secondlook {

// Perl's reading: what the text begins with as a number ("0400" is 400, ".05" 0.05), else 0.
double number_in(std::string_view text);

// "< 512", ">= 3", "!= 0": false for what is no comparison.
bool holds(double value, std::string_view comparison);

// UTF-8 characters.
std::size_t characters_in(std::string_view text);

}  // namespace secondlook
