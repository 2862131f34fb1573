#include <cstdint>
#include <cstdlib>

#include "analyzer/message/parsed_message.h"

// The whole way from bytes to a parsed message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const secondlook::ParsedMessage message =
      secondlook::parse_message({reinterpret_cast<const char*>(data), size});
  if (secondlook::stable_digest(message).size() != 64 || message.parts.empty()) std::abort();
  return 0;
}
