// Japanese text in the charsets that mails travel in. Throws where a charset lacks a character.
#pragma once

#include <string>
#include <string_view>

namespace secondlook::test {

// charset: "iso-2022-jp" (as Windows programs write it: with half-width kana and the vendor
// characters ① and ㈱, which the standard lacks), "shift_jis", "euc-jp" or "utf-8".
std::string in_charset(std::string_view utf8, std::string_view charset);

// The same without the escape that the text should end with.
std::string without_final_escape(std::string iso_2022_jp);

}  // namespace secondlook::test
