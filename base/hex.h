// Lower-case hexadecimal.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

std::string to_hex(std::span<const std::uint8_t> bytes);
std::string to_hex(std::string_view bytes);

// Nothing for an odd length or a character outside [0-9a-fA-F].
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

}  // namespace secondlook
