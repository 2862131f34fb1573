#include "analyzer/domain_name.h"
#include "analyzer/message/ascii.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

bool belongs_to_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The domain as a whole name, an address of it, or a host beneath it: not "notown.example.org".
bool shows_domain(std::string_view text, std::string_view own) {
  for (auto at = text.find(own); at != std::string_view::npos; at = text.find(own, at + 1)) {
    const auto end = at + own.size();
    const bool begins = at == 0 || !belongs_to_name(text[at - 1]);
    const bool goes_on =
        end < text.size() &&
        (belongs_to_name(text[end]) ||
         (text[end] == '.' && end + 1 < text.size() && belongs_to_name(text[end + 1])));
    if (begins && !goes_on) return true;
  }
  return false;
}

}  // namespace

SignalResult display_name_shows_own_domain(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  for (const Mailbox& mailbox : context.message.from) {
    if (is_own_domain(domain_of_address(mailbox.address), context.own_domains)) continue;
    const std::string name = to_ascii_lower(mailbox.display_name.substr(0, 1000));
    for (const std::string& own : context.own_domains)
      if (shows_domain(name, readable_domain(own)))
        add_evidence(result, "header From", mailbox.display_name + " <" + mailbox.address + ">");
    if (result.evidence.size() >= kMostSignalEvidence) break;
  }
  return result;
}

}  // namespace secondlook
