// A mail of a collection without what only the collection put on it: whoever judges it cannot see
// where it was caught or archived, nor what another filter thought of it. The same for both
// classes, and the same bytes each time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace secondlook {

inline constexpr std::string_view kNeutralRecipient = "alice@contoso.example";
inline constexpr std::string_view kNeutralDomain = "contoso.example";
inline constexpr std::string_view kHoneypot = "phishing@pot";  // what phishing_pot's editor wrote

// Lines end with CRLF. The header is a fresh Received chain, the same for all but for the time, and
// of the mail's own fields those that a sender's program writes and that rules ask for. Anything
// else a relay, a list, a mailbox or a mail service may have added, and these differ by collection;
// signatures would not hold over the change. In To and Cc the address at which the collection got
// the mail becomes the recipient, the honeypot's everywhere (honeypot_address.h). The body is
// otherwise as it was.
std::string neutral_mail(std::string_view mail);

// As a tenant of Exchange Online journals it: a report around the neutral mail. Says that the mail
// came from outside and nothing of authentication, which nobody could know of both classes.
std::string journal_report_of(std::string_view neutral);

// Of an untouched mail: what Microsoft thought of it, and when its sender says to have written it.
std::optional<int> spam_confidence_level(std::string_view mail);
std::optional<Timestamp> written_at(std::string_view mail);

}  // namespace secondlook
