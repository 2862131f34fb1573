// Any bytes as a Received field: a relay, a handover or unreadable, in linear time, and never a
// bracket in what becomes a pseudo header.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analyzer/rule_engine/received/received_line.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  const auto line = secondlook::parse_received(value);
  if (!line || line->kind != secondlook::ReceivedLine::Kind::relay) return 0;
  const secondlook::Relay& relay = line->relay;
  for (const std::string* text :
       {&relay.ip, &relay.rdns, &relay.helo, &relay.by, &relay.ident, &relay.id}) {
    if (text->find_first_of("[] \n") != std::string::npos) std::abort();
  }
  return 0;
}
