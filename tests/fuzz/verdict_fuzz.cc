#include <cstddef>
#include <cstdint>

#include "schema/verdict.h"

// What a worker that was taken over could send: refused, or understood so that writing it again and
// reading that changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto verdict = secondlook::parse_verdict(bytes);
  if (!verdict) return 0;
  const std::string json = secondlook::to_json(*verdict);
  const auto again = secondlook::parse_verdict(json);
  if (!again || secondlook::to_json(*again) != json) __builtin_trap();
  return 0;
}
