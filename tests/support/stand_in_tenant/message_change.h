// PATCH of a message: the properties a scanner may set, strictly typed, all or nothing.
#pragma once

#include <string_view>

#include "base/result.h"
#include "tests/support/stand_in_tenant/tenant.h"

namespace secondlook::stand_in {

// isRead, categories, flag.flagStatus, importance, and the extended properties that take back a
// receipt request (Boolean 0x0C06 and 0x0029). Any other name or a wrong type changes nothing and
// is `malformed`.
Result<void> change_message(Copy& copy, std::string_view body);

// A mail as POST to a folder's messages describes it: what change_message takes, and subject, body,
// toRecipients, internetMessageId, and PR_MESSAGE_FLAGS (Integer 0x0E07), without which it is a
// draft. The mail's bytes and what else is to be set of its copy; `malformed` for anything else.
struct NewMessage {
  std::string mail;
  Copy properties;  // is_read, is_draft, categories, flag, importance
};
Result<NewMessage> read_new_message(std::string_view body, std::string_view mailbox);

}  // namespace secondlook::stand_in
