// SHA-256 of one piece, for the many short texts that are hashed: OpenSSL looks the algorithm up by
// its name each time it is asked for (EVP_Digest, SHA256), which takes longer than a short text
// does.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace secondlook {

using Sha256 = std::array<std::uint8_t, 32>;

// Ends the process where there is no memory, or OpenSSL has no SHA-256: a hash that is wrong must
// not come about.
Sha256 sha256(std::string_view bytes);

}  // namespace secondlook
