// Base64 as JWTs and claims challenges use it (RFC 4648).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace secondlook {

// Section 5: "-" and "_", without padding (RFC 7515, section 2).
std::string base64url(std::string_view bytes);

// Either alphabet, padded or not; nothing for anything else.
std::optional<std::string> decode_base64_of_either_kind(std::string_view text);

}  // namespace secondlook
