// Journal reports in exactly the shape Exchange writes them (facts: journal_reports.md 1.1-1.3),
// and in the shapes of its grammar of which no real sample exists. What a report says is chosen
// freely, so that false and odd ones can be built too. CRLF throughout.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace secondlook::stand_in {

// "Recipient: a, Expanded: list" and relatives.
struct JournalRecipient {
  std::string address;
  std::string label = "Recipient";  // or To, Cc, Bcc
  std::string expanded_from;        // a list's address
  std::string forwarded_from;
};

struct JournalReportDraft {
  std::string original;  // the mail, stamped or not; LF becomes CRLF unless `keep_original_bytes`
  std::vector<JournalRecipient> recipients;
  std::string sender;        // empty: the original's Sender, else From
  std::string on_behalf_of;  // empty: From where Sender differs from it
  std::string report_id;     // a UUID: boundary and Message-ID are made of it
  std::string boundary;      // empty: "_" report_id "_"
  std::string tenant_domain = "contoso.onmicrosoft.com";  // of the report's Sender
  Timestamp made_at;
  bool on_premises = false;       // without the headers only Exchange Online stamps
  bool quoted_printable = false;  // the text part, with UTF-8
  bool with_byte_order_mark = false;
  bool subject_after_message_id = false;
  bool keep_original_bytes = false;
  std::string decrypted_copy;  // not empty: a second message/rfc822
};

std::string build_journal_report(const JournalReportDraft& report);

}  // namespace secondlook::stand_in
