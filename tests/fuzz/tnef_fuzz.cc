#include <cstdint>
#include <string>

#include "analyzer/message/tnef_reader.h"

// The bytes stand behind the signature, so that the fuzzer need not find it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes("\x78\x9F\x3E\x22\x01\x00", 6);
  bytes.append(reinterpret_cast<const char*>(data), size);
  secondlook::read_tnef(bytes);
  return 0;
}
