#include <cstdint>
#include <cstdlib>

#include "analyzer/sender_history.h"

// Any bytes as a snapshot: read whole or refused, and asked without a step beyond them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto history = HistorySnapshot::read(bytes);
  if (!history) return 0;
  for (const HistoryKey key : {HistoryKey{0}, HistoryKey{1}, ~HistoryKey{0}}) {
    [[maybe_unused]] const auto seen = history->find(key);
    [[maybe_unused]] const bool known = history->has_mail(key);
  }
  static const ParsedMessage mail =
      parse_message("From: a@b.example\r\nReferences: <1@b.example>\r\n\r\n");
  [[maybe_unused]] const auto found =
      look_up_history(*history, "acme", mail, {{"c@d.example", "to", "", ""}}, Timestamp{});
  return 0;
}
