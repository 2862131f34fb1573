// Colours as HTML attributes and styles of mail write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace secondlook {

// "#rgb", "#rrggbb" (cut or filled up as SpamAssassin does), "rgb(1, 2, 3)", "rgb(10%,0%,0%)" and
// the names of CSS; nothing for what is no colour. Any case, blanks around it.
std::optional<std::uint32_t> parse_color(std::string_view text);

// So near to each other that text in one on the other cannot be read.
bool is_low_contrast(std::uint32_t text, std::uint32_t background);

}  // namespace secondlook
