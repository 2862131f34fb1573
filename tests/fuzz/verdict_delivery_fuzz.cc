// A frame of the verdict socket, as a broken or taken-over analyzer might send it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "remediation/recorder.h"
#include "schema/verdict.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  const auto delivery = secondlook::parse_delivery(secondlook::VerdictFrame::verdict, payload);
  if (delivery) static_cast<void>(secondlook::parse_verdict(delivery->content).has_value());
  return 0;
}
