#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "analyzer/operator_lists.h"
#include "schema/lists/list_entry.h"

// Any bytes as a list: what is read is written so that it is read as the same, and can be asked.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto entries = parse_list(text);
  if (!entries) return 0;
  for (const ListEntry& entry : *entries) {
    const auto again = parse_list_entry(to_line(entry));
    if (!again || !(*again == entry)) std::abort();
  }
  const OperatorLists lists(*entries);
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const ListEntry& entry = (*entries)[i];
    const bool is_last =
        std::none_of(entries->begin() + static_cast<std::ptrdiff_t>(i) + 1, entries->end(),
                     [&](const ListEntry& later) { return later.key() == entry.key(); });
    const Timestamp before = entry.until.value_or(Timestamp{}) - std::chrono::seconds(1);
    if (is_last && entry.kind == ListKind::block && entry.subject != ListSubject::ip &&
        lists.find(entry.kind, entry.subject, entry.value, before) == nullptr)
      std::abort();
    [[maybe_unused]] const auto people = lists.people_named(entry.name);
  }
  return 0;
}
