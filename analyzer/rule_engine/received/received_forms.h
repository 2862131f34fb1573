// The forms in which mailers write a Received field: from clauses to who handed over to whom.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace secondlook {

// As written, not yet made safe (received_line does).
struct ReceivedFacts {
  enum class Answer { relay, handover, mail_fetcher, unreadable };
  Answer answer = Answer::unreadable;
  std::string ip, rdns, helo, by, ident, id, auth;
  std::optional<std::string> envelope_from;
  bool looked_up = false;   // the mailer is one that looks for a name, and found `rdns` or none
  bool is_scanner = false;  // a handover to qmail-scanner
};

// line: as normalise_received() gives it.
ReceivedFacts read_received_forms(std::string_view line);

// How the peer proved who it is ("ESMTPSA", "LOGIN", "Sendmail", …), or "".
std::string find_authentication(std::string_view line);

}  // namespace secondlook
