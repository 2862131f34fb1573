// Rule files in the form in which a process hands them to another: what is read is written the
// same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analyzer/handed_rules.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto sources = secondlook::unpack_rules(input);
  if (sources && secondlook::pack_rules(*sources) != input) std::abort();
  return 0;
}
