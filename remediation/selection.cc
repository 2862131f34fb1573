#include "remediation/selection.h"

#include "remediation/mail_address.h"
#include "schema/store/search.h"

namespace secondlook {
namespace {

Result<SearchQuery> query_of(const CopySelection& selection, Timestamp now) {
  if (selection.expression.empty() && selection.message_id.empty() && selection.mailboxes.empty())
    return malformed("an empty selection would mean every mail");
  auto query = parse_search(selection.expression, now);
  if (!query) return query;
  if (!selection.message_id.empty())
    query->terms.push_back({"message-id", selection.message_id, false});
  query->include_all = true;
  query->limit = 0;
  query->last_id = selection.last_id;
  return query;
}

// Several mailboxes are joined by "or", which EXPR has no word for.
bool reaches_one_of(const FoundMessage& message, const std::vector<std::string>& mailboxes) {
  if (mailboxes.empty()) return true;
  for (const Recipient& recipient : message.verdict.recipients)
    if (contains(mailboxes, lower_case(recipient.address)) ||
        contains(mailboxes, lower_case(recipient.forwarded_from)))
      return true;
  return false;
}

}  // namespace

Result<std::vector<AddressedMessage>> select_messages(Store& read_only,
                                                      const CopySelection& selection,
                                                      Timestamp now) {
  const auto query = query_of(selection, now);
  if (!query) return query.error();
  std::vector<AddressedMessage> selected;
  bool several_tenants = false;
  bool too_many = false;
  const auto searched = search(read_only, *query, [&](const FoundMessage& message) {
    if (!reaches_one_of(message, selection.mailboxes)) return true;
    several_tenants =
        several_tenants || (!selected.empty() && selected.front().tenant != message.tenant);
    too_many = selected.size() >= kMostSelected;
    if (!too_many)
      selected.push_back({message.id, message.tenant, lower_case(message.verdict.sender),
                          message.verdict.direction, message.verdict.recipients});
    return !too_many;
  });
  if (!searched) return searched.error();
  if (too_many)
    return malformed("more than " + std::to_string(kMostSelected) + " messages: narrow it down");
  if (several_tenants && !selection.all_tenants)
    return malformed("messages of several tenants: add tenant:NAME or --all-tenants");
  return selected;
}

}  // namespace secondlook
