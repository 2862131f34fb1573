// Charsets of languages that a site does not read (`ok_locales ja ko ru th zh`, "all" by default).
#pragma once

#include <string_view>

namespace secondlook {

// True when no language of `locales` uses the charset. Latin and Unicode charsets are everybody's.
bool is_faraway(std::string_view charset, std::string_view locales);

// Charsets whose text may look like capitals when it is not decoded ("koi8-r", "iso-2022-jp",
// "big5").
bool may_look_like_capitals(std::string_view charset);

}  // namespace secondlook
