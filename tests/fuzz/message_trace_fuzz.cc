#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "remediation/message_trace.h"
#include "schema/store/directory.h"

// Any bytes as a piece of a message trace: what is taken for an address is one, and days lie in the
// past.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  constexpr Timestamp kNow{std::chrono::seconds(1'795'651'200)};  // 2026-11-26, day 20783
  const auto trace =
      read_message_trace({reinterpret_cast<const char*>(data), size}, {2, size % 2 == 0}, kNow);
  if (!trace) return 0;
  for (const TracedMail& one : trace->delivered)
    if (one.day > 20'784 || one.message_id.empty() || one.sender != address_key(one.sender) ||
        one.recipient.find('@') == std::string::npos)
      std::abort();
  return 0;
}
