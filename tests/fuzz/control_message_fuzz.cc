#include <cstddef>
#include <cstdint>

#include "schema/control_message.h"
#include "schema/verdict_protocol.h"

// Requests, failures and the verdict socket's small objects.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto request = secondlook::parse_control_request(bytes)) {
    const std::string json = secondlook::to_json(*request);
    if (secondlook::to_json(*secondlook::parse_control_request(json)) != json) __builtin_trap();
  }
  if (const auto stamp = secondlook::parse_verdict_stamp(bytes)) {
    const std::string line = secondlook::to_json(*stamp);
    if (secondlook::to_json(*secondlook::parse_verdict_stamp(line)) != line) __builtin_trap();
  }
  (void)secondlook::parse_failure(bytes);
  (void)secondlook::parse_verdict_hello(bytes);
  (void)secondlook::parse_verdict_welcome(bytes);
  (void)secondlook::parse_recorded(bytes);
  return 0;
}
