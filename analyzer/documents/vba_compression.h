// The compression of VBA projects (MS-OVBA 2.4.1): module texts and the "dir" stream.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace secondlook {

struct DecompressedVba {
  std::string bytes;
  bool damaged = false;  // no container, cut, or longer than allowed: `bytes` is what came out
};

// At most `most_bytes` come out. Linear: a chunk of at least three bytes yields at most 4,096.
DecompressedVba decompress_vba(std::string_view container, std::size_t most_bytes);

}  // namespace secondlook
