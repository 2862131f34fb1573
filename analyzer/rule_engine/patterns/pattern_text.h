// How a pattern sees its text, decided once for Hyperscan and PCRE2 alike.
//
// Texts are UTF-8. A pattern is matched by bytes, as SpamAssassin does ([\xc3][\xa0] works), unless
// it holds characters beyond ASCII written as such, or \x{100} and above, and no byte escapes
// (\x80-\xff): then by characters, so that [あい] and /ПРИВЕТ/i mean what they say. Patterns of the
// raw texts (full, :raw) are always matched by bytes.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/rule_engine/parser/perl_pattern.h"

namespace secondlook {

bool wants_characters(std::string_view expression);

bool is_utf8(std::string_view text);

// The same text with each byte that belongs to no UTF-8 character replaced by "?": offsets stay.
std::string with_valid_utf8(std::string_view text);

}  // namespace secondlook
