// CRC-32C (Castagnoli, RFC 3720 appendix B.4), the journal log's checksum. Uses the processor's
// SSE 4.2 instruction where there is one, else a table; both give the same values.
#pragma once

#include <cstdint>
#include <string_view>

namespace secondlook {

// The checksum of everything seen so far followed by `bytes`; `so_far` is 0 at the beginning.
// extend_crc32c(0, "123456789") is 0xE3069283.
std::uint32_t extend_crc32c(std::uint32_t so_far, std::string_view bytes);

// The checksum of two texts joined, from the checksum of each and the length of the second in
// bytes: a report's checksum is taken while it arrives, its record's header comes last.
std::uint32_t join_crc32c(std::uint32_t first, std::uint32_t second, std::uint64_t second_length);

// The table, whatever the processor offers: for the test that both agree.
std::uint32_t extend_crc32c_by_table(std::uint32_t so_far, std::string_view bytes);

}  // namespace secondlook
