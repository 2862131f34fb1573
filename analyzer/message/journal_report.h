// Takes a journal report apart (MS-XJRNL 2.1; facts in the folder's README): envelope text and the
// original message, unwrapped exactly one level. Exchange Online's, on-premises and 2003-like
// formats, also inside the bounce (multipart/report) that returned it. What is no report is said
// so, never guessed at. Whether a report is genuine is not decided here: anybody can write its
// header fields.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "schema/verdict.h"

namespace secondlook {

struct JournalReport {
  std::string sender;  // P2 sender; empty for "Unspecified Address" and "<>"
  std::string on_behalf_of;
  std::string subject;                // decoded to UTF-8
  std::string message_id;             // empty for "Unknown Message-ID"
  std::vector<Recipient> recipients;  // order of the report, exact duplicates dropped
  std::string_view original;          // into the bytes given, or into `storage`
  std::string_view clear_copy;        // decrypted second copy; empty when there is none. Score this
                                      // one, remediate by the original
  // The original up to the end of the report, where more parts follow it than Exchange makes: it
  // may have held the report's own boundary, to end early for us and not for its reader. Else
  // empty. Score both.
  std::string_view longer_original;
  bool in_bounce = false;          // taken out of a multipart/report
  std::string originator_org;      // X-OriginatorOrg
  std::string tenant_guid;         // of X-LD-Processed
  std::vector<std::string> notes;  // oddities survived: "unknown line skipped", ... at most 50
  std::shared_ptr<void> storage;   // owns a message/rfc822 part that was transfer-encoded
};

// not_found: this is no journal report (a plain mail). malformed: it says it is one and cannot be
// unwrapped; the caller records it `unscanned` with the reason.
Result<JournalReport> unwrap_journal_report(std::string_view bytes);

}  // namespace secondlook
