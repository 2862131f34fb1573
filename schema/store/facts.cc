// What messages are found by, beside their columns and texts: schema_11.h.
#include <set>

#include "schema/store/recording.h"
#include "schema/store/search_text.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostParentDomains = 16;

using Facts = std::set<std::pair<FactKind, std::string>>;

void add_host(Facts& facts, std::string_view host) {
  for (std::size_t count = 0; !host.empty() && count < kMostParentDomains; ++count) {
    facts.emplace(FactKind::host, domain_key(host));
    const auto dot = host.find('.');
    if (dot == std::string_view::npos) return;
    host.remove_prefix(dot + 1);
  }
}

Facts facts_of(const Verdict& verdict) {
  Facts facts;
  for (const RuleHit& hit : verdict.hits) facts.emplace(FactKind::rule, lower_ascii(hit.rule));
  for (const std::string& attribute : verdict.attributes)
    facts.emplace(FactKind::attribute, lower_ascii(attribute));
  for (const Link& link : verdict.links) add_host(facts, link.host);
  for (const Attachment& attachment : verdict.attachments)
    if (!attachment.sha256.empty()) facts.emplace(FactKind::sha256, lower_ascii(attachment.sha256));
  return facts;
}

// As the indexes of schema_11.h cut it.
std::string domain_of_address(std::string_view address) {
  return lower_ascii(address.substr(address.find('@') + 1));
}

}  // namespace

Result<void> add_fact(Connection& connection, FactKind kind, std::string_view value,
                      MessageRowId message) {
  auto id = connection.integer("SELECT id FROM fact_values WHERE kind = ? AND value = ?",
                               static_cast<int>(kind), value);
  if (!id) return id.error();
  if (!*id) {
    const auto added = connection.run("INSERT INTO fact_values (kind, value) VALUES (?, ?)",
                                      static_cast<int>(kind), value);
    if (!added) return added.error();
    *id = connection.last_row_id();
  }
  const auto added =
      connection.run("INSERT OR IGNORE INTO message_facts (fact, message) VALUES (?, ?)", **id, message);
  if (!added) return added.error();
  return {};
}

Result<void> write_facts(Connection& connection, MessageRowId message, const Verdict& verdict,
                         const std::vector<Recipient>& recipients) {
  if (auto removed = connection.run("DELETE FROM message_facts WHERE message = ?", message); !removed)
    return removed.error();
  Facts facts = facts_of(verdict);
  for (const Recipient& recipient : recipients)
    facts.emplace(FactKind::recipient_domain, domain_of_address(recipient.address));
  // What users said of it is no part of a verdict, and outlives the next one.
  const auto reported = connection.integer(
      "SELECT 1 FROM messages WHERE id = ? AND message_id <> '' AND EXISTS (SELECT 1 FROM "
      "user_reports WHERE user_reports.tenant = messages.tenant AND user_reports.message_id = "
      "messages.message_id)",
      message);
  if (!reported) return reported.error();
  if (*reported) facts.emplace(FactKind::attribute, "user_reported");
  for (const auto& [kind, value] : facts)
    if (auto added = add_fact(connection, kind, value, message); !added) return added;
  return {};
}

}  // namespace secondlook
