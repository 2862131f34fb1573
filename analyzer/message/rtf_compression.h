// Compressed RTF as MAPI stores bodies (MS-OXRTFCP): LZFu, or MELA, which is not compressed.
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

struct DecompressedRtf {
  std::string rtf;
  bool damaged = false;  // cut, a wrong checksum, or longer than allowed: `rtf` is what came out
};

// At most `most_bytes` come out. Linear in the input: a byte yields at most 8.5.
DecompressedRtf decompress_rtf(std::string_view bytes, std::size_t most_bytes);

}  // namespace secondlook
