// The archives among a message's attachments, opened (archive_members.h).
#pragma once

#include <string>
#include <vector>

#include "analyzer/message/parsed_message.h"

namespace secondlook {

// Fills `members` anew. What was not looked into, with the attachment's name: limits, damage, and
// where nothing else scans attachments (`is_scanned` false) 7z and RAR, which are not opened here.
// What a password closes is no such reason: that is an attribute, and in Japan everyday mail.
std::vector<std::string> open_attached_archives(ParsedMessage& message, bool is_scanned);

}  // namespace secondlook
