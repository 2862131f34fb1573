// Bytes in a named charset to UTF-8. Names are what mails write, not what the registry says: the
// WHATWG Encoding Standard's reading of them is used where it differs (iso-8859-1 is windows-1252,
// gb2312 is gb18030, ks_c_5601-1987 is windows-949), because that is what the reader's client does.
// Conversion by ICU, except UTF-8, windows-1252 and the shift states of ISO-2022-JP, which are our
// own (ICU lacks the NEC and IBM characters that Outlook writes under that name).
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

// Never fails. What the charset cannot express becomes U+FFFD. A charset that nobody knows
// ("x-unknown", ""), and us-ascii with bytes above 0x7F, are guessed: UTF-8 when valid, ISO-2022-JP
// when its escapes stand there, else windows-1252. Bytes labelled iso-8859-1 that are UTF-8 stay
// so.
std::string to_utf8(std::string_view bytes, std::string_view charset);

// Well-formed by the Unicode standard, table 3-7 (no surrogates, no overlong forms).
bool is_valid_utf8(std::string_view bytes);

// Line ends CRLF and lone CR as LF.
std::string with_unix_line_ends(std::string text);

// Appends the code point in UTF-8; U+FFFD for surrogates and beyond U+10FFFF.
void append_utf8(std::string& text, char32_t code_point);

}  // namespace secondlook
