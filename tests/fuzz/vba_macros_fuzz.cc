#include <cstdint>
#include <cstdlib>

#include "analyzer/documents/vba_compression.h"
#include "analyzer/documents/vba_source.h"

// Any bytes as compressed code, and as code.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  constexpr std::size_t kMost = 1 << 20;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  VbaBehaviour behaviour;
  const DecompressedVba code = decompress_vba(content, kMost);
  if (code.bytes.size() > kMost) std::abort();
  read_vba_source(code.bytes, behaviour);
  read_vba_source(content, behaviour);
  return 0;
}
