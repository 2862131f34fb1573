#include <cstdint>
#include <cstdlib>

#include "schema/network_list.h"

// Whatever the text: a list with its bounds, or an error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto list = secondlook::parse_network_list({reinterpret_cast<const char*>(data), size});
  if (list && (list->networks.empty() || list->networks.size() > 1000)) std::abort();
  return 0;
}
