// Text that leaves us as JSON: well-formed UTF-8 (RFC 3629) of a bounded length.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace secondlook {

// Bytes that are no UTF-8 become U+FFFD each; then cut to at most `most_bytes` bytes, never inside
// a character.
std::string bounded_utf8(std::string_view text, std::size_t most_bytes);

// Length in bytes of the well-formed character at the front of `text` (1-4), 0 when there is none.
std::size_t utf8_character_length(std::string_view text);

}  // namespace secondlook
