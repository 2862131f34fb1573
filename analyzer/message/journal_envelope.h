// The envelope text of a journal report: who sent, which message, to whom (MS-XJRNL 2.1, and what
// Exchange really writes). A subject may hold line breaks that came out of encoded words, so lines
// behind "Subject:" may be the sender's invention: they never become recipients.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "schema/verdict.h"

namespace secondlook {

struct JournalEnvelope {
  std::string sender, on_behalf_of, subject, message_id;  // as in JournalReport
  std::vector<Recipient> recipients;
  std::vector<std::string> notes;
  // A Sender or Message-Id line was there: this text is an envelope.
  bool recognised = false;
};

// text: UTF-8, without transfer encoding; a byte order mark is skipped. original_subject: the
// original's Subject, decoded. Where it holds line breaks, the lines behind "Subject:" that are its
// own are skipped. Recipients count only behind the last Message-Id line and behind the subject.
// Where the Message-Id stands in front of the subject (allowed, never seen) or is missing, and the
// subject is not the original's, there are no recipients, only a note. Labels in any case; a line
// that begins with a blank continues the Message-Id; other unknown lines are noted.
JournalEnvelope parse_journal_envelope(std::string_view text, std::string_view original_subject);

// The format of Exchange 2003: quoted display names, <smtp:address>, a "Recipients:" list.
JournalEnvelope parse_exchange_2003_envelope(std::string_view text);

}  // namespace secondlook
