// Mails by which users report others: sent from inside to one of the tenant's report mailboxes,
// with the reported mail attached as it was (message/rfc822), as Outlook's report button does.
#pragma once

#include <string>
#include <vector>

#include "analyzer/message/parsed_message.h"
#include "schema/verdict.h"

namespace secondlook {

inline constexpr std::size_t kMostReported = 20;  // by one mail

// One of the recipients is a report mailbox (lower case).
bool is_sent_to(const std::vector<Recipient>& recipients,
                const std::vector<std::string>& report_mailboxes);

// Message-IDs of the mails attached, outermost level, each once; those that have none are left out.
std::vector<std::string> attached_message_ids(const ParsedMessage& message);

}  // namespace secondlook
