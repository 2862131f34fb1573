// Outlook's own wrapping of a mail, winmail.dat (MS-OXTNEF): its bodies and attachments, one
// embedded message deep. Reads MAPI properties and the older attributes alike, and everything that
// is there: which of several bodies a client shows is not guessed. Only what text, links and files
// need; recipients, dates and calendar fields are passed over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

struct TnefLimits {
  std::size_t most_attachments = 10'000;
  std::size_t most_text_bytes = 4 << 20;  // of all bodies together
};

struct TnefBody {
  std::string text;  // UTF-8; HTML source when is_html
  bool is_html = false;
};

struct TnefAttachment {
  std::string name;       // UTF-8, as written; may be empty
  std::string mime_type;  // as written; may be empty
  std::string_view data;  // into the bytes given
};

struct TnefMessage {
  std::string subject;
  std::vector<TnefBody> bodies;
  std::vector<TnefAttachment> attachments;
  std::vector<TnefMessage> embedded;
  std::vector<std::string> errors;  // what was damaged or cut: the rest may hide something
};

// By its signature.
bool is_tnef(std::string_view content);

// Never fails: what can be read is there, what cannot is in `errors`. Linear in the size.
TnefMessage read_tnef(std::string_view bytes, const TnefLimits& limits = {});

}  // namespace secondlook
