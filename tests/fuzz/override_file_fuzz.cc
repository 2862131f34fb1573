#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "remediation/directory/override_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const auto overrides = parse_overrides({reinterpret_cast<const char*>(data), size});
  if (!overrides) return 0;
  if (overrides->size() > kMostOverrides) std::abort();
  for (const DirectoryOverride& one : *overrides)
    if (one.address.find('@') == std::string::npos || one.address != address_key(one.address))
      std::abort();
  return 0;
}
