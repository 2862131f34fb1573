#include <cstddef>
#include <cstdint>

#include "schema/configuration.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  [[maybe_unused]] const auto read = secondlook::parse_configuration(content, "fuzz.toml");
  return 0;
}
