#include "schema/store/recording.h"
#include "schema/store/sqlite_store.h"

namespace secondlook {

Result<void> keep_reduced_mail(Connection& connection, std::int64_t report,
                               std::string_view packed) {
  if (packed.empty()) return {};
  const auto kept =
      connection.run("INSERT INTO reduced_mails (report, packed) VALUES (?, ?)", report, packed);
  if (!kept) return kept.error();
  return {};
}

Result<std::optional<ReleasedMail>> SqliteStore::reduced_mail(MessageRowId message) {
  std::optional<ReleasedMail> found;
  auto read = for_each_row(
      connection_->query(
          "SELECT m.tenant, reduced_mails.packed, r.id FROM reduced_mails JOIN reports AS r "
          "ON r.id = report JOIN messages AS m ON m.id = r.message "
          "WHERE r.message = ? ORDER BY r.severity, r.id DESC LIMIT 1",
          message),
      [&](const Statement& row) {
        found.emplace();
        found->tenant = row.text(0);
        found->packed = row.text(1);
      });
  if (!read) return within("reduced mail", read.error());
  if (!found) return found;
  auto verdict = read_deciding_verdict(*connection_, message);
  if (!verdict) return verdict.error();
  found->id = message;
  found->message_id = std::move(verdict->message_id);
  found->sender = std::move(verdict->sender);
  found->subject = std::move(verdict->subject);
  found->rule_set = std::move(verdict->rule_set);
  return found;
}

Result<std::vector<MessageRowId>> SqliteStore::false_positives() {
  std::vector<MessageRowId> messages;
  auto read = for_each_row(
      connection_->query("SELECT id FROM messages WHERE false_positive = 1 ORDER BY id"),
      [&](const Statement& row) { messages.push_back(row.integer(0)); });
  if (!read) return within("false positives", read.error());
  return messages;
}

}  // namespace secondlook
