#include <algorithm>
#include <optional>
#include <tuple>

#include "schema/store/recording.h"
#include "schema/store/search_index.h"
#include "schema/store/search_text.h"
#include "schema/store/sql_functions.h"
#include "schema/store/sqlite_store.h"
#include "schema/store/step_rows.h"
#include "schema/verdict.h"

namespace secondlook {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;

std::string_view kind_of_report(const Verdict& verdict) {
  if (is_plain_copy(verdict)) return kPlainCopy;
  switch (verdict.disposition) {
    case Disposition::not_a_report:
    case Disposition::forged_report: return name_of(verdict.disposition);
    default: return "report";
  }
}

struct DecidingReport {
  std::int64_t id = 0;
  Timestamp received_at{};  // the earliest of all reports of the message
};

Result<DecidingReport> choose_deciding(Connection& connection, MessageRowId message) {
  DecidingReport deciding;
  auto read = for_each_row(
      connection.query("SELECT reports.id, (SELECT min(received_at) FROM reports "
                       "WHERE message = ?1) FROM reports JOIN logs ON logs.id = reports.log "
                       "WHERE message = ?1 AND NOT superseded ORDER BY severity, score DESC, "
                       "received_at, uuid, sequence LIMIT 1",
                       message),
      [&](const Statement& row) {
        deciding = {row.integer(0), row.time(1)};
      });
  if (!read) return read.error();
  if (deciding.id == 0) return not_found("there is no message " + std::to_string(message));
  return deciding;
}

Result<std::int64_t> rewrite_columns(Connection& connection, MessageRowId message,
                                     const DecidingReport& deciding, const Verdict& verdict) {
  return connection.run(
      "UPDATE messages SET deciding_report = ?, received_at = ?, disposition = ?, message_id = ?, "
      "sender_key = ?, from_domain = ?, direction = ?, connecting_ip = ? WHERE id = ?",
      deciding.id, deciding.received_at, name_of(verdict.disposition), verdict.message_id,
      lower_ascii(verdict.sender), domain_key(verdict.from_domain), verdict.direction,
      verdict.connecting_ip, message);
}

// A row that was made for this verdict lacks the report's number alone: all its indexes would be
// written twice.
Result<void> write_columns(Connection& connection, MessageRowId message,
                           const DecidingReport& deciding, const Verdict& verdict, bool is_made) {
  const auto written = is_made
                           ? connection.run("UPDATE messages SET deciding_report = ? WHERE id = ?",
                                            deciding.id, message)
                           : rewrite_columns(connection, message, deciding, verdict);
  if (!written) return written.error();
  const auto hour = connection.run(
      "INSERT INTO hours VALUES (?1, ?2, ?2) ON CONFLICT DO UPDATE SET "
      "first_message = min(first_message, ?2), last_message = max(last_message, ?2)",
      deciding.received_at.time_since_epoch().count() / kHour, message);
  if (!hour) return hour.error();
  return {};
}

// Which of two spellings of an address stays must not depend on which came first.
bool stands_before(const Recipient& a, const Recipient& b) {
  return std::tie(a.role, a.address, a.expanded_from, a.forwarded_from) <
         std::tie(b.role, b.address, b.expanded_from, b.forwarded_from);
}

Result<std::optional<Recipient>> find_recipient(Connection& connection, MessageRowId message,
                                                const std::string& address_key) {
  std::optional<Recipient> found;
  auto read = for_each_row(connection.query("SELECT coalesce(address, address_key), role, "
                                            "expanded_from, forwarded_from FROM recipients "
                                            "WHERE message = ? AND address_key = ?",
                                            message, address_key),
                           [&](const Statement& row) {
                             found = Recipient{std::string(row.text(0)), std::string(row.text(1)),
                                               std::string(row.text(2)), std::string(row.text(3))};
                           });
  if (!read) return read.error();
  return found;
}

// A new one comes behind the others.
Result<void> write_recipient(Connection& connection, MessageRowId message, std::int64_t& last_place,
                             const Recipient& recipient) {
  const std::string key = lower_ascii(recipient.address);
  const auto address = recipient.address == key ? std::nullopt : std::optional(recipient.address);
  const auto written = connection.run(
      "INSERT INTO recipients (message, address_key, place, address, role, expanded_from, "
      "forwarded_from) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message, address_key) DO UPDATE "
      "SET address = excluded.address, role = excluded.role, "
      "expanded_from = excluded.expanded_from, forwarded_from = excluded.forwarded_from",
      message, key, ++last_place, address, recipient.role, recipient.expanded_from,
      recipient.forwarded_from);
  return written ? Result<void>() : written.error();
}

// One row an address. The mailbox that forwarded to it may hold a copy too: where two reports name
// two of them, the one that the row cannot keep becomes a recipient of its own.
Result<void> add_recipient(Connection& connection, MessageRowId message, std::int64_t& last_place,
                           Recipient recipient) {
  for (;;) {
    const auto known = find_recipient(connection, message, lower_ascii(recipient.address));
    if (!known) return known.error();
    const bool is_new = !*known;
    const bool wins = is_new || stands_before(recipient, **known);
    if (wins)
      if (auto written = write_recipient(connection, message, last_place, recipient); !written)
        return written;
    if (is_new) return {};
    const bool differs = wins || stands_before(**known, recipient);
    const Recipient& other = wins ? **known : recipient;
    if (!differs || other.forwarded_from.empty()) return {};
    recipient = Recipient{other.forwarded_from, other.role, "", ""};
  }
}

}  // namespace

std::string identity_of(const RecordedReport& report) {
  const Verdict& verdict = report.verdict;
  if (verdict.digest.empty())
    return short_hash_bytes("record " + report.stamp.log + "/" +
                            std::to_string(report.stamp.sequence));
  return short_hash_bytes(std::string(kind_of_report(verdict)) + " " + verdict.digest + " " +
                          verdict.message_id);
}

Result<FoundRow> find_or_add_message(Connection& connection, const RecordedReport& report) {
  const std::string identity = identity_of(report);
  const auto known = connection.integer(
      "SELECT id FROM messages INDEXED BY messages_by_identity WHERE substr(identity, 1, 6) = "
      "substr(?1, 1, 6) AND identity = ?1 AND tenant = ?2",
      Bytes{identity}, report.stamp.tenant);
  if (!known) return known.error();
  if (*known) return FoundRow{**known, false};
  const Verdict& verdict = report.verdict;
  const auto added = connection.run(
      "INSERT INTO messages (tenant, identity, received_at, disposition, message_id, sender_key, "
      "from_domain, direction, connecting_ip) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      report.stamp.tenant, Bytes{identity}, report.stamp.received_at, name_of(verdict.disposition),
      verdict.message_id, lower_ascii(verdict.sender), domain_key(verdict.from_domain),
      verdict.direction, verdict.connecting_ip);
  if (!added) return added.error();
  return FoundRow{connection.last_row_id(), true};
}

Result<void> add_recipients(Connection& connection, MessageRowId message,
                            const std::vector<Recipient>& recipients) {
  auto last_place =
      connection.integer("SELECT max(place) FROM recipients WHERE message = ?", message);
  if (!last_place) return last_place.error();
  std::int64_t place = last_place->value_or(0);
  for (const Recipient& recipient : recipients)
    if (auto added = add_recipient(connection, message, place, recipient); !added) return added;
  return {};
}

Result<Verdict> read_verdict(Connection& connection, std::int64_t report) {
  std::string json, rule_set;
  auto read = for_each_row(
      connection.query(
          "SELECT verdict_json(packed, verdict), hash FROM reports LEFT JOIN rule_sets "
          "ON rule_sets.id = rule_set WHERE reports.id = ?",
          report),
      [&](const Statement& row) {
        json = row.text(0);
        rule_set = row.text(1);
      });
  if (!read) return read.error();
  auto verdict = parse_verdict(json);
  if (!verdict)
    return internal("database: report " + std::to_string(report) + ": " + verdict.error().message);
  if (!rule_set.empty())
    verdict->rule_set = std::move(rule_set);  // from before schema 7 it says it itself
  return verdict;
}

Result<Verdict> read_deciding_verdict(Connection& connection, MessageRowId message) {
  const auto deciding = choose_deciding(connection, message);
  if (!deciding) return deciding.error();
  return read_verdict(connection, deciding->id);
}

Result<DerivedMessage> derive_message(Connection& connection, SearchIndex& index,
                                      MessageRowId message, const FreshReport& fresh) {
  const auto deciding = fresh.is_only
                            ? Result<DecidingReport>(DecidingReport{fresh.id, fresh.received_at})
                            : choose_deciding(connection, message);
  if (!deciding) return deciding.error();
  auto verdict = deciding->id == fresh.id ? Result<Verdict>(*fresh.verdict)
                                          : read_verdict(connection, deciding->id);
  if (!verdict) return verdict.error();
  if (auto written = write_columns(connection, message, *deciding, *verdict, fresh.is_only);
      !written)
    return written.error();
  auto recipients = read_recipients(connection, message);
  if (!recipients) return recipients.error();
  auto texts = index.describe(message, *verdict, *recipients);
  if (!texts) return texts.error();
  return DerivedMessage{*std::move(verdict), *std::move(recipients), *std::move(texts)};
}

namespace {

// The union over the reports that are left.
Result<void> rebuild_recipients(Connection& connection, MessageRowId message) {
  if (auto gone = connection.run("DELETE FROM recipients WHERE message = ?", message); !gone)
    return gone.error();
  std::vector<std::int64_t> reports;
  auto read = for_each_row(connection.query("SELECT id FROM reports WHERE message = ?", message),
                           [&](const Statement& row) { reports.push_back(row.integer(0)); });
  if (!read) return read;
  for (const std::int64_t report : reports) {
    const auto verdict = read_verdict(connection, report);
    if (!verdict) return verdict.error();
    if (auto added = add_recipients(connection, message, verdict->recipients); !added) return added;
  }
  return {};
}

}  // namespace

Result<void> leave_message(Connection& connection, SearchIndex& index, MessageRowId old_message,
                           MessageRowId new_message) {
  auto before = index.read(old_message);
  if (!before) return before.error();
  if (auto rebuilt = rebuild_recipients(connection, new_message); !rebuilt) return rebuilt;
  const auto left =
      connection.integer("SELECT count(*) FROM reports WHERE message = ?", old_message);
  if (!left) return left.error();
  if (left->value_or(0) > 0) {
    if (auto rebuilt = rebuild_recipients(connection, old_message); !rebuilt) return rebuilt;
    auto derived = derive_message(connection, index, old_message, {});
    if (!derived) return derived.error();
    index.change(old_message, *std::move(before), std::move(derived->texts));
    return {};
  }
  for (const char* sql :
       {"UPDATE steps SET message = ?2 WHERE message = ?1",
        "UPDATE messages SET restored_by_hand = max(messages.restored_by_hand, "
        "old.restored_by_hand), false_positive = max(messages.false_positive, old.false_positive), "
        "restored_rules = iif(old.restored_by_hand, old.restored_rules, messages.restored_rules) "
        "FROM (SELECT * FROM messages WHERE id = ?1) AS old WHERE messages.id = ?2"})
    if (auto moved = connection.run(sql, old_message, new_message); !moved) return moved.error();
  if (auto gone = connection.run("DELETE FROM messages WHERE id = ?", old_message); !gone)
    return gone.error();
  index.change(old_message, *std::move(before), {});
  return {};
}

Result<std::vector<Recipient>> read_recipients(Connection& connection, MessageRowId message) {
  std::vector<Recipient> recipients;
  auto read =
      for_each_row(connection.query("SELECT coalesce(address, address_key), role, expanded_from, "
                                    "forwarded_from FROM recipients "
                                    "WHERE message = ? ORDER BY place",
                                    message),
                   [&](const Statement& row) {
                     recipients.push_back({row.text(0), row.text(1), row.text(2), row.text(3)});
                   });
  if (!read) return read.error();
  return recipients;
}

Result<MessageRow> read_message_row(Connection& connection, MessageRowId message,
                                    const Verdict& deciding, std::vector<Recipient> recipients) {
  MessageRow row;
  row.id = message;
  row.disposition = deciding.disposition;
  row.sender = lower_ascii(deciding.sender);
  row.direction = deciding.direction;
  row.attributes = deciding.attributes;
  for (const RuleHit& hit : deciding.hits) row.rules.push_back(hit.rule);
  std::string restored_rules = "[]";
  auto read = for_each_row(
      connection.query("SELECT restored_by_hand, restored_rules FROM messages WHERE id = ?",
                       message),
      [&](const Statement& columns) {
        row.restored_by_hand = columns.flag(0);
        restored_rules = columns.text(1);
      });
  if (!read) return read.error();
  auto rules = texts_from_json(restored_rules);
  if (!rules) return rules.error();
  row.restored_rules = std::move(*rules);
  row.recipients = std::move(recipients);
  return row;
}

namespace {

// Of one log, sequence and revision there is one verdict, whatever row it stands in.
Result<std::optional<VerdictName>> name_of_deciding(Connection& connection, MessageRowId message) {
  std::optional<VerdictName> name;
  auto read = for_each_row(
      connection.query("SELECT reports.log, sequence, revision, crc FROM messages JOIN reports ON "
                       "reports.id = deciding_report WHERE messages.id = ?",
                       message),
      [&](const Statement& row) {
        name = {row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
      });
  if (!read) return read.error();
  return name;
}

Result<JudgedMessage> read_judged(Connection& connection, MessageRowId message) {
  auto verdict = read_deciding_verdict(connection, message);
  if (!verdict) return verdict.error();
  JudgedMessage judged;
  judged.id = message;
  judged.message_id = std::move(verdict->message_id);
  judged.network_message_id = std::move(verdict->network_message_id);
  judged.subject = std::move(verdict->subject);
  judged.sender = std::move(verdict->sender);
  judged.sent_at = std::move(verdict->sent_at);
  judged.size = verdict->size;
  judged.eop_category = std::move(verdict->eop.category);
  return judged;
}

}  // namespace

// Each of a mail's thousands of copies asks for it, and its verdict names them all.
Result<JudgedMessage> SqliteStore::judged_message(MessageRowId message) {
  constexpr std::size_t kMostKept = 64;
  const auto name = name_of_deciding(*connection_, message);
  if (!name) return name.error();
  if (!*name) return not_found("there is no message " + std::to_string(message));
  auto kept = judged_.find(message);
  if (kept == judged_.end() || kept->second.name != **name) {
    auto judged = read_judged(*connection_, message);
    if (!judged) return judged;
    if (judged_.size() >= kMostKept) judged_.erase(judged_.begin());
    kept = judged_.insert_or_assign(message, KnownMessage{**name, std::move(*judged)}).first;
  }
  JudgedMessage judged = kept->second.judged;
  auto read = for_each_row(
      connection_->query("SELECT tenant, received_at FROM messages WHERE id = ?", message),
      [&](const Statement& row) {
        judged.tenant = row.text(0);
        judged.received_at = row.time(1);
      });
  if (!read) return read.error();
  return judged;
}

Result<void> SqliteStore::mark_restored(MessageRowId message, bool false_positive) {
  const auto verdict = read_deciding_verdict(*connection_, message);
  if (!verdict) return verdict.error();
  std::vector<std::string> rules;
  for (const RuleHit& hit : verdict->hits) rules.push_back(hit.rule);
  const auto marked = connection_->run(
      "UPDATE messages SET restored_by_hand = 1, false_positive = max(false_positive, ?), "
      "restored_rules = ? WHERE id = ?",
      false_positive, texts_to_json(rules), message);
  if (!marked) return within("mark restored", marked.error());
  return {};
}

}  // namespace secondlook
