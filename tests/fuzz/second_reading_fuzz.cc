#include <cstdint>
#include <cstdlib>

#include "analyzer/message/second_reading.h"

// mimetic behind its refusal, which must see the same parts without plain fields, and the
// comparison with our own reading.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (secondlook::refusal_of_second_reading(bytes)) return 0;
  const auto reading = secondlook::read_with_mimetic(bytes, secondlook::LeafFields::all);
  const auto shorter = secondlook::read_with_mimetic(bytes, secondlook::LeafFields::content);
  if (!reading != !shorter) std::abort();
  if (!reading) return 0;
  if (reading->leaves.size() != shorter->leaves.size()) std::abort();
  for (std::size_t i = 0; i < reading->leaves.size(); ++i)
    if (reading->leaves[i].body != shorter->leaves[i].body) std::abort();
  const secondlook::MimeTree tree = secondlook::read_mime(bytes, {});
  const auto found = secondlook::compare_readings(tree, *reading);
  if (found.reader_only.size() > tree.nodes.size()) std::abort();
  return 0;
}
