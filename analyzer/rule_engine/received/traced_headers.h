// The pseudo headers that SpamAssassin makes of the traced Received lines:
//   X-Spam-Relays-Trusted, -Untrusted, -Internal, -External   the relays, as Relay::text() writes
//   ALL-TRUSTED, ALL-INTERNAL      the fields down to the first Received about the other side
//   ALL-UNTRUSTED, ALL-EXTERNAL    the fields from that one on
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/message/parsed_message.h"
#include "analyzer/rule_engine/received/relay_trail.h"

namespace secondlook {

// field: the first four in lower case, the others in capitals.
bool is_traced(std::string_view field);

// The relays that `field` names, as text; nothing for other fields.
std::optional<std::string> traced_relays(std::string_view field, const RelayTrail& trail);

// Which of the message's fields, as a range of indices, `field` stands for.
struct FieldRange {
  std::size_t begin = 0, end = 0;
};
std::optional<FieldRange> traced_fields(std::string_view field, const RelayTrail& trail,
                                        const std::vector<HeaderField>& headers);

}  // namespace secondlook
