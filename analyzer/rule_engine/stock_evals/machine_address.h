// Addresses that no single person writes from: offices and machines. Told by their local part
// alone (RFC 5321 4.1.2: what stands before the last "@"), after the names of RFC 2142, the habits
// of list managers, and return paths that carry the recipient in them (VERP).
#pragma once

#include <string_view>

namespace secondlook {

// Addresses in lower case; false for what has no "@".

// An office (info@, abuse@, RFC 2142 2 to 5), undisclosed recipients, or a name that a machine
// made: sixteen hexadecimal digits and more, or one with two "=" in it. Who answers there is not
// the owner of a free mailbox.
bool is_office_or_machine(std::string_view address);

// An envelope sender to which nobody answers by hand: of lists (owner-x, x-request, x-bounces: RFC
// 2142 6), of bounces, no-reply, and of VERP.
bool is_bulk_sender(std::string_view address);

}  // namespace secondlook
