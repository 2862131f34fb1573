#include "remediation/recognise.h"

#include <chrono>

#include "remediation/mail_address.h"

namespace secondlook {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// Graph folds and trims white space that the header has; nothing else is forgiven.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

enum class Agreement { yes, no, unknown };

Agreement sent_agrees(const JudgedMessage& judged, const MailCopy& copy) {
  const auto ours = parse_rfc3339(judged.sent_at);
  const auto theirs = parse_rfc3339(copy.sent_at);
  if (!ours || !theirs) return Agreement::unknown;
  const auto apart = *ours > *theirs ? *ours - *theirs : *theirs - *ours;
  return apart <= seconds(2) ? Agreement::yes : Agreement::no;
}

Agreement received_agrees(const JudgedMessage& judged, const MailCopy& copy) {
  const auto theirs = parse_rfc3339(copy.received_at);
  if (!theirs || judged.received_at == Timestamp()) return Agreement::unknown;
  const bool near =
      *theirs >= judged.received_at - hours(1) && *theirs <= judged.received_at + hours(24);
  return near ? Agreement::yes : Agreement::no;
}

bool size_is_possible(const JudgedMessage& judged, const MailCopy& copy) {
  constexpr std::uint64_t kOverhead = 64 << 10;
  if (judged.size == 0 || copy.size == 0) return true;
  return copy.size <= 4 * judged.size + kOverhead && judged.size <= 4 * copy.size + kOverhead;
}

}  // namespace

Likeness recognise(const JudgedMessage& judged, const MailCopy& copy) {
  if (!judged.network_message_id.empty() && !copy.network_message_id.empty())
    return lower_case(judged.network_message_id) == lower_case(copy.network_message_id)
               ? Likeness::judged
               : Likeness::different;
  const Agreement sent = sent_agrees(judged, copy);
  const Agreement received = received_agrees(judged, copy);
  const bool both = sent == Agreement::yes && received == Agreement::yes;
  const bool one = sent != Agreement::no && received != Agreement::no &&
                   (sent == Agreement::yes || received == Agreement::yes);
  const bool times_agree = judged.message_id.empty() ? both : one;
  const bool same = times_agree && lower_case(judged.sender) == lower_case(copy.sender) &&
                    one_line(judged.subject) == one_line(copy.subject) &&
                    size_is_possible(judged, copy);
  return same ? Likeness::judged : Likeness::different;
}

}  // namespace secondlook
