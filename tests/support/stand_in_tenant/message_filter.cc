#include "tests/support/stand_in_tenant/message_filter.h"

#include <algorithm>

#include "tests/support/mail_headers.h"
#include "tests/support/stand_in_tenant/web_target.h"

namespace secondlook::stand_in {

namespace {

// Takes one clause off the front; an " and " inside quotes joins nothing.
std::string_view take_clause(std::string_view& text) {
  constexpr std::string_view kAnd = " and ";
  bool is_quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '\'') is_quoted = !is_quoted;
    if (!is_quoted && text.substr(at).starts_with(kAnd)) break;
  }
  const std::string_view clause = text.substr(0, at);
  text.remove_prefix(std::min(at + kAnd.size(), text.size()));
  return clause;
}

bool read_clause(std::string_view clause, MessageFilter& filter) {
  constexpr std::string_view kTime = "receivedDateTime ";
  if (clause.starts_with(kTime)) {
    const auto time = parse_rfc3339(clause.substr(std::min(kTime.size() + 3, clause.size())));
    const std::string_view how = clause.substr(kTime.size(), 3);
    if (how == "ge ") filter.received_from = time;
    if (how == "le ") filter.received_until = time;
    return time.has_value() && (how == "ge " || how == "le ");
  }
  std::string value;
  if (read_equals_filter(clause, "subject", "", value)) {
    filter.subject = value;
    return true;
  }
  if (!read_equals_filter(clause, "from/emailAddress/address", "", value)) return false;
  filter.sender = lower_case(value);
  return true;
}

}  // namespace

bool MessageFilter::fits(const Copy& copy) const {
  return (!received_from || copy.received_at >= *received_from) &&
         (!received_until || copy.received_at <= *received_until) &&
         (!subject || copy.subject == *subject) && (!sender || lower_case(copy.sender) == *sender);
}

std::optional<MessageFilter> read_message_filter(std::string_view text) {
  if (!text.starts_with("receivedDateTime ")) return std::nullopt;
  MessageFilter filter;
  while (!text.empty())
    if (!read_clause(take_clause(text), filter)) return std::nullopt;
  return filter;
}

}  // namespace secondlook::stand_in
