#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "graph_client/directory_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const auto page = read_directory_page({reinterpret_cast<const char*>(data), size});
  if (!page) return 0;
  if (page->next_link.empty() == page->delta_link.empty()) std::abort();
  for (const DirectoryChange& change : page->changes)
    if (change.id.empty() || (change.is_removed && change.addresses)) std::abort();
  return 0;
}
