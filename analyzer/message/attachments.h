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

// Of the attachment at `index`: its decoded bytes, of a nested message as it stands; and its name
// for people, "part 1.2" where it has none. Of a mail that was kept in few bytes the attachments
// are there without their content: `has_content` is false, the rest empty.
bool has_content(const ParsedMessage& message, std::size_t index);
std::string_view content_of_attachment(const ParsedMessage& message, std::size_t index);
std::string name_of_attachment(const ParsedMessage& message, std::size_t index);

// Lower-case hex of the SHA-256.
std::string sha256_hex(std::string_view bytes);

}  // namespace secondlook
