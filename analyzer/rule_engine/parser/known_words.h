// The first words of lines: ours, the rest of SpamAssassin's, and which one was probably meant.
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

// A directive of SpamAssassin's that we read past: it concerns the network, learning, reports or
// plugins whose work other parts of ours do, or that comes later.
bool is_foreign_directive(std::string_view word);

// The one of our own directives that differs from `word` by at most two letters (one for words
// under six letters), or "".
std::string_view nearest_directive(std::string_view word);

}  // namespace secondlook
