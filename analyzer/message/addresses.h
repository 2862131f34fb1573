// Mailbox lists of From, To, Cc, Reply-To, Sender (RFC 5322 §3.4), read in one linear pass and
// tolerantly: groups, nested comments, quoted local parts, source routes, missing brackets. Never
// by mimetic's typed accessors, which hold a use-after-free.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/message/parsed_message.h"

namespace secondlook {

// raw: the field's value as it stands (folded, encoded words undecoded). A mailbox without any
// address keeps its display name and an empty address, since readers see just that. An empty group
// (`undisclosed-recipients:;`) gives nothing. charset_of_bare_bytes as in decode_header().
std::vector<Mailbox> parse_mailboxes(std::string_view raw,
                                     std::string_view charset_of_bare_bytes = {});

}  // namespace secondlook
