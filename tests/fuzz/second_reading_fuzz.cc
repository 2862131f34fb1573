#include <cstdint>
#include <cstdlib>

#include "analyzer/message/second_reading.h"

// mimetic behind its refusal, and the comparison with our own reading.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (secondlook::refusal_of_second_reading(bytes)) return 0;
  const auto reading = secondlook::read_with_mimetic(bytes);
  if (!reading) return 0;
  const secondlook::MimeTree tree = secondlook::read_mime(bytes, {});
  const auto found = secondlook::compare_readings(tree, *reading);
  if (found.reader_only.size() > tree.nodes.size()) std::abort();
  return 0;
}
