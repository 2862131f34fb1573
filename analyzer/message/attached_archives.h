// The archives among a message's attachments, opened (archive_members.h).
#pragma once

#include <string>
#include <vector>

#include "analyzer/message/archive_members.h"
#include "analyzer/message/parsed_message.h"

namespace secondlook {

// Fills `members` anew; encrypted ZIPs are opened by passwords that the mail itself says
// (password_candidates.h), then by `told_passwords`. What was not looked into, with the
// attachment's name: limits, damage, and where nothing else scans attachments (`is_scanned` false)
// 7z and RAR, which are not opened here. What a password closes is no such reason: that is an
// attribute, and in Japan everyday mail. Members that `wants` are unpacked whole and shown to
// `sink`, with the others, before they are kept.
std::vector<std::string> open_attached_archives(ParsedMessage& message, bool is_scanned,
                                                ArchiveReader::Wants wants = {},
                                                const ArchiveReader::Sink& sink = {});

// The members of one attachment, an archive, unpacked whole for a scanner; limits as above, anew.
// What was not looked into.
std::vector<std::string> unpack_attachment(const ParsedMessage& message, std::size_t index,
                                           const ArchiveReader::Sink& sink);

}  // namespace secondlook
