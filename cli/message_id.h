// A Message-ID as people paste it: out of a header, a browser, a bounce, a shell. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

// What the words may mean, the likeliest first, each once: as it is, in and out of angle brackets.
// Taken off are a "Message-ID:" in front, blanks, quotes around it, a shell's backslashes, and
// HTML's &lt; &gt; and percent escapes of < > @. Empty when nothing is left.
std::vector<std::string> message_id_candidates(const std::vector<std::string>& words);

// Whether `known` may be what was meant by `given`: the same but for case, one the beginning of the
// other (of at least eight letters), the same in front of the @, or one or two letters apart.
bool is_near_message_id(std::string_view given, std::string_view known);

}  // namespace secondlook
