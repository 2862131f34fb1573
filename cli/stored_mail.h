// What `import` is to hand over: mails in files, mbox files and maildirs. Nothing of a mail is read
// but where it begins and ends.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/scan_source.h"

namespace secondlook {

struct StoredMail {
  std::string name;   // of the file; of the n-th mail of an mbox "FILE#n"
  std::string bytes;  // never empty
};

// An mbox is a file that begins with a "From " line. A mail begins behind such a line at the start
// or behind an empty line; of lines ">From ", ">>From " … the first ">" goes (mboxrd), and so does
// the empty line in front of the next mail. Line ends may be LF or CRLF.
bool is_mbox(std::string_view content);
std::vector<std::string_view> split_mbox(std::string_view content);
std::string unquoted_mbox_mail(std::string_view mail);

class StoredMails {
 public:
  // Files, directories (with all beneath them), maildirs (their cur and new), "-" (standard input).
  explicit StoredMails(std::vector<std::string> arguments);

  // The next one, or why it cannot be had; go on after an error. Nothing: that was all.
  std::optional<Result<StoredMail>> next();

 private:
  Result<void> open_next(ScanInput input);

  ScanSource source_;
  std::string name_, content_;
  std::deque<std::string_view> mails_;  // of content_, an mbox, still to come
  std::size_t number_ = 0;
};

}  // namespace secondlook
