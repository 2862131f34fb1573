// The headers Exchange Online puts on a mail while it passes: Received, Authentication-Results and
// EOP's verdict on top, the X-MS-Exchange-Organization-* family below the mail's own fields, in the
// order of the real samples (facts: journal_reports.md 1.4). Values only: nothing is sent here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace secondlook::stand_in {

struct TransportStamps {
  std::string network_message_id;  // a UUID; the key that ties report and mailbox copy together
  std::string tenant_id;
  std::string mail_from;                // without brackets; empty for the null reverse path
  std::vector<std::string> recipients;  // RCPT TO as it was used, aliases and all
  std::string client_ip = "203.0.113.25";
  std::string helo = "mail.sender.example";
  std::string spf = "pass", dkim = "none", dmarc = "pass";
  int spam_confidence_level = 1;
  bool is_internal = false;  // from a mailbox of the tenant: Originating, AuthAs Internal
  Timestamp received_at;
};

// The mail (CRLF line ends) with the stamps. One without a Message-ID gets one, as Exchange does.
std::string stamp_mail(std::string_view mail, const TransportStamps& stamps);

// "Sun, 22 Nov 2026 12:00:00 +0000".
std::string format_mail_date(Timestamp time);

}  // namespace secondlook::stand_in
