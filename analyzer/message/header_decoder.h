// A header field's value as a person reads it: unfolded (RFC 5322 §2.2.3), encoded words decoded
// (RFC 2047), bare 8-bit text guessed, all in UTF-8. Linear in the value's length.
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

// raw: the value with its folding. charset_of_bare_bytes: what bytes above 0x7F mean outside
// encoded words when they are not UTF-8 (the body's charset is the best guess); empty guesses.
// Tolerates what clients tolerate: encoded words inside quotes and without blanks around them,
// blanks inside the encoded text, RFC 2231 language tags (`=?utf-8*en?Q?..?=`). Neighbouring words
// of one charset are joined before decoding, so that characters cut in two are whole again.
// A line break that comes out of an encoded word (=0D=0A) stays in the result: callers decide.
std::string decode_header(std::string_view raw, std::string_view charset_of_bare_bytes = {});

// The value on one line, leading and trailing blanks gone, each fold with the blanks behind it one
// blank (as SpamAssassin has it), bytes otherwise untouched.
std::string unfold(std::string_view raw);

}  // namespace secondlook
