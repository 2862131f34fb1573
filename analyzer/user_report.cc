#include "analyzer/user_report.h"

#include <algorithm>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

// The root part of an attached mail stands behind the part that holds it.
std::string message_id_of(const std::vector<MessagePart>& parts, std::size_t holder) {
  if (holder + 1 >= parts.size() || !parts[holder + 1].path.starts_with(parts[holder].path + "."))
    return {};
  for (const HeaderField& field : parts[holder + 1].headers)
    if (equals_ignoring_case(field.name, "Message-ID")) return std::string(trim(field.value));
  return {};
}

}  // namespace

bool is_sent_to(const std::vector<Recipient>& recipients,
                const std::vector<std::string>& report_mailboxes) {
  return std::ranges::any_of(recipients, [&](const Recipient& recipient) {
    return std::ranges::find(report_mailboxes, to_ascii_lower(recipient.address)) !=
           report_mailboxes.end();
  });
}

std::vector<std::string> attached_message_ids(const ParsedMessage& message) {
  std::vector<std::string> ids;
  std::string inside;  // paths that begin so lie in a mail that was looked at
  for (std::size_t i = 0; i < message.parts.size() && ids.size() < kMostReported; ++i) {
    const MessagePart& part = message.parts[i];
    if (!inside.empty() && part.path.starts_with(inside)) continue;
    if (!part.is_message) continue;
    inside = part.path + ".";
    std::string id = message_id_of(message.parts, i);
    if (!id.empty() && std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
  }
  return ids;
}

}  // namespace secondlook
