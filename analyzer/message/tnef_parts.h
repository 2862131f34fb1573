// Puts what winmail.dat holds among the parts of its message, as if it had come as MIME.
#pragma once

#include <cstddef>

#include "analyzer/message/parsed_message.h"

namespace secondlook {

// Appends a part for each body and attachment of each TNEF part, named "<path>.tnef.<number>", with
// the source `tnef`. What was damaged or cut is in message.errors. room: how many bytes may still
// be decoded; made smaller.
void add_tnef_parts(ParsedMessage& message, const MessageLimits& limits, std::size_t& room);

}  // namespace secondlook
