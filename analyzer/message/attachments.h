// The attachments of a parsed message: every part that is a file to its reader.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/message/parsed_message.h"

namespace secondlook {

// Fills `attachments` and `attachment_parts` from `parts`: every part that is no text, has a file
// name, or calls itself an attachment; of a nested message that is attached, the message as a
// whole.
void collect_attachments(ParsedMessage& message);

// Lower-case hex of the SHA-256.
std::string sha256_hex(std::string_view bytes);

}  // namespace secondlook
