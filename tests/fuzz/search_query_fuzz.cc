#include <cstddef>
#include <cstdint>

#include <unistd.h>

#include "schema/store/search.h"

// Any expression that is accepted runs on a database, whatever it holds: a term never becomes SQL
// or the syntax of a full-text query.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto store =
      secondlook::Store::open("/tmp/search_query_fuzz." + std::to_string(::getpid()) + ".db");
  const std::string argument(reinterpret_cast<const char*>(data), size);
  const auto query = secondlook::parse_search({argument}, secondlook::Timestamp{});
  if (!query || !store) return 0;
  const auto found =
      secondlook::search(**store, *query, [](const secondlook::FoundMessage&) { return true; });
  if (!found) __builtin_trap();
  return 0;
}
