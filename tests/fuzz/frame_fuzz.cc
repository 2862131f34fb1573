#include <cstddef>
#include <cstdint>

#include "schema/frame.h"

// A stream of frames, cut anywhere: the reader gives whole frames or refuses, and never more bytes
// than it was fed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  secondlook::FrameReader reader(1 << 16);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = size == 0 ? 0 : data[0] % size;
  for (const std::string_view piece : {bytes.substr(0, cut), bytes.substr(cut)}) {
    reader.feed(piece);
    for (auto frame = reader.next(); frame && *frame; frame = reader.next())
      if ((*frame)->payload.size() > size) __builtin_trap();
  }
  return 0;
}
