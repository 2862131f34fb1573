#include <cstdint>
#include <cstdlib>
#include <string>

#include "analyzer/message/charset.h"
#include "analyzer/message/rtf_compression.h"
#include "analyzer/message/rtf_text.h"

// The same bytes as RTF and as compressed RTF: bounded, and always UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMost = 1 << 20;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto unpacked = secondlook::decompress_rtf(bytes, kMost);
  if (unpacked.rtf.size() > kMost) std::abort();
  for (const std::string& rtf : {"{\\rtf1" + std::string(bytes), unpacked.rtf})
    if (!secondlook::is_valid_utf8(secondlook::read_rtf(rtf, kMost).text)) std::abort();
  return 0;
}
