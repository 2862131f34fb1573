#include "schema/store/revisions.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "schema/json_reader.h"
#include "schema/store/recording.h"
#include "schema/store/search_index.h"
#include "schema/store/search_keys.h"
#include "schema/store/sqlite_connection.h"

namespace secondlook {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;
constexpr std::size_t kMostOfDomain = 2000;
constexpr std::size_t kShownOfHash = 12;
constexpr std::size_t kShownOfVersion = 200;

Result<void> done(const Result<std::int64_t>& run) {
  if (!run) return within("revisions", run.error());
  return {};
}

std::vector<std::uint64_t> parse_sequences(std::string_view json) {
  auto document = JsonDocument::parse("{\"list\":" + std::string(json) + "}", "companions");
  return document ? document->root().wholes("list", kMostCompanions) : std::vector<std::uint64_t>();
}

// The lowest id that a message received since then can have; nothing: there is none so young.
Result<std::optional<std::int64_t>> lowest_since(Connection& connection, Timestamp since) {
  return connection.integer("SELECT min(first_message) FROM hours WHERE hour >= ?",
                            since.time_since_epoch().count() / kHour);
}

struct Mail {
  std::string tenant, sender, domain;
  Timestamp received_at{};
  std::int64_t log = 0;
};

Result<Mail> read_mail(Connection& connection, std::int64_t message) {
  Mail mail;
  auto read = for_each_row(
      connection.query("SELECT tenant, sender_key, from_domain, messages.received_at, log "
                       "FROM messages JOIN reports ON reports.id = deciding_report "
                       "WHERE messages.id = ?",
                       message),
      [&](const Statement& row) {
        mail = {row.text(0), row.text(1), row.text(2), row.time(3), row.integer(4)};
      });
  if (!read) return read.error();
  return mail;
}

}  // namespace

std::string sequences_to_json(const std::vector<std::uint64_t>& sequences) {
  std::string json = "[";
  for (const std::uint64_t sequence : sequences)
    json += (json.size() > 1 ? "," : "") + std::to_string(sequence);
  return json + "]";
}

Result<void> StoredRevisions::ask(const std::string& log, const JudgeAgain& request,
                                  bool is_urgent) {
  return done(connection_.run(
      "INSERT OR IGNORE INTO revision_requests (log, sequence, cause, companions, is_urgent) "
      "SELECT id, ?, ?, ?, ? FROM logs WHERE uuid = ?",
      request.sequence, request.cause, sequences_to_json(request.companions), is_urgent, log));
}

Result<void> StoredRevisions::ask_message(std::int64_t message, std::string_view cause) {
  return done(connection_.run(
      "INSERT OR IGNORE INTO revision_requests (log, sequence, cause, companions, is_urgent) "
      "SELECT log, sequence, ?, companions, 0 FROM reports WHERE message = ? AND NOT superseded",
      cause, message));
}

namespace {

struct KnownMessage {
  std::int64_t id = 0;
  std::optional<IndexedMessage> texts;
};

Result<std::vector<KnownMessage>> messages_named(Connection& connection, SearchIndex& index,
                                                 const std::string& tenant,
                                                 const std::string& message_id) {
  std::vector<KnownMessage> messages;
  if (auto written = index.write(); !written) return written.error();
  auto read = for_each_row(connection.query("SELECT id FROM messages WHERE id IN (SELECT rowid "
                                            "FROM message_search WHERE message_search "
                                            "MATCH " +
                                                key_expression(KeyKind::message_id) +
                                                ") AND message_id = ? AND +tenant = ?",
                                            without_brackets(message_id), message_id, tenant),
                           [&](const Statement& row) {
                             messages.push_back({row.integer(0), {}});
                           });
  if (!read) return read.error();
  for (KnownMessage& message : messages) {
    auto texts = index.read(message.id);
    if (!texts) return texts.error();
    message.texts = *std::move(texts);
  }
  return messages;
}

}  // namespace

Result<std::vector<std::int64_t>> StoredRevisions::note_user_report(const std::string& tenant,
                                                                    const std::string& message_id,
                                                                    const std::string& reporter,
                                                                    Timestamp at) {
  std::vector<std::int64_t> ids;
  auto savepoint = IndexedSavepoint::begin(connection_, index_);
  if (!savepoint) return within("user reports", savepoint.error());
  auto messages = messages_named(connection_, index_, tenant, message_id);
  if (!messages) return within("user reports", messages.error());
  const auto noted = connection_.run(
      "INSERT OR IGNORE INTO user_reports (tenant, message_id, reporter, reported_at) "
      "VALUES (?, ?, ?, ?)",
      tenant, message_id, reporter, at);
  if (!noted) return within("user reports", noted.error());
  if (*noted == 0) return ids;
  for (KnownMessage& message : *messages) {
    auto texts = index_.read(message.id);  // the attribute is among them from now on
    if (!texts) return within("user reports", texts.error());
    index_.change(message.id, std::move(message.texts), *std::move(texts));
    ids.push_back(message.id);
  }
  if (auto released = savepoint->release(); !released)
    return within("user reports", released.error());
  return ids;
}

Result<std::vector<RevisionRequest>> StoredRevisions::waiting(
    const std::string& log, std::size_t most, const std::vector<std::uint64_t>& but) {
  std::vector<RevisionRequest> found;
  std::vector<std::int64_t> forgotten;
  std::vector<std::uint64_t> taken = but;
  auto read = for_each_row(
      connection_.query(
          "SELECT q.id, q.sequence, q.cause, q.companions, q.tries, (SELECT max(revision) FROM "
          "reports r WHERE r.log = q.log AND r.sequence = q.sequence) FROM revision_requests q "
          "WHERE q.log = (SELECT id FROM logs WHERE uuid = ?) ORDER BY q.is_urgent DESC, q.id "
          "LIMIT ?",
          log, most + but.size()),
      [&](const Statement& row) {
        const auto sequence = static_cast<std::uint64_t>(row.integer(1));
        if (row.is_null(5)) return forgotten.push_back(row.integer(0));
        if (std::ranges::find(taken, sequence) != taken.end() || found.size() >= most) return;
        taken.push_back(sequence);
        found.push_back({row.integer(0),
                         static_cast<std::uint32_t>(row.integer(4)),
                         {sequence, static_cast<std::uint32_t>(row.integer(5)) + 1, row.text(2),
                          parse_sequences(row.text(3))}});
      });
  if (!read) return within("revisions", read.error());
  for (const std::int64_t id : forgotten)
    if (auto closed = close(id); !closed) return closed.error();
  return found;
}

Result<void> StoredRevisions::note_try(std::int64_t id) {
  return done(connection_.run("UPDATE revision_requests SET tries = tries + 1 WHERE id = ?", id));
}

Result<void> StoredRevisions::close(std::int64_t id) {
  return done(connection_.run("DELETE FROM revision_requests WHERE id = ?", id));
}

Result<std::uint64_t> StoredRevisions::count() {
  const auto counted = connection_.integer("SELECT count(*) FROM revision_requests");
  if (!counted) return within("revisions", counted.error());
  return static_cast<std::uint64_t>(counted->value_or(0));
}

Result<bool> StoredRevisions::is_recorded(const std::string& log, std::uint64_t sequence) {
  const auto found = connection_.integer(
      "SELECT 1 FROM reports WHERE log = (SELECT id FROM logs WHERE uuid = ?) AND sequence = ? "
      "LIMIT 1",
      log, sequence);
  if (!found) return within("revisions", found.error());
  return found->has_value();
}

// The table that says how far it is, and its column of what is judged by; how much of that a cause
// shows; which reports there is something to see in (?5 is what they are to be judged by).
struct StoredRevisions::RescanKind {
  std::string table, column, cause;
  std::size_t shown = 0;
  std::string which{};

  static const RescanKind& rules() {
    static const RescanKind kind{
        "rescans", "rule_set", "rules ", kShownOfHash,
        "coalesce((SELECT hash FROM rule_sets WHERE id = reports.rule_set), '') <> ?5"};
    return kind;
  }
  static const RescanKind& signatures() {
    static const RescanKind kind{"signature_rescans", "signatures", "signatures ", kShownOfVersion,
                                 "signatures <> ?5 AND signatures <> ''"};
    return kind;
  }
  static const RescanKind& links() {
    static const RescanKind kind{"host_list_rescans", "host_lists", "host lists ", kShownOfHash,
                                 "?5 <> '' AND EXISTS (SELECT 1 FROM "
                                 "json_each(verdict_json(packed, verdict), '$.links') AS link "
                                 "WHERE json_extract(link.value, '$.host') <> '')"};
    return kind;
  }
};

Result<void> StoredRevisions::rescan(const std::string& log, std::string_view rule_set,
                                     Timestamp since) {
  return begin_rescan(RescanKind::rules(), log, rule_set, since);
}

Result<void> StoredRevisions::rescan_attachments(const std::string& log,
                                                 std::string_view signatures, Timestamp since) {
  return begin_rescan(RescanKind::signatures(), log, signatures, since);
}

Result<void> StoredRevisions::rescan_links(const std::string& log, std::string_view host_lists,
                                           Timestamp since) {
  return begin_rescan(RescanKind::links(), log, host_lists, since);
}

Result<bool> StoredRevisions::take_part(const std::string& log, std::size_t most) {
  auto taken = take_part_of(RescanKind::rules(), log, most);
  if (taken && !*taken) taken = take_part_of(RescanKind::signatures(), log, most);
  if (taken && !*taken) taken = take_part_of(RescanKind::links(), log, most);
  return taken;
}

Result<void> StoredRevisions::begin_rescan(const RescanKind& kind, const std::string& log,
                                           std::string_view by, Timestamp since) {
  const std::string& column = kind.column;
  return done(connection_.run("INSERT INTO " + kind.table + " (log, " + column +
                                  ", since, below) SELECT id, ?1, ?2, ?3 "
                                  "FROM logs WHERE uuid = ?4 ON CONFLICT (log) DO UPDATE SET " +
                                  column + " = ?1, since = ?2, below = ?3 WHERE " + column +
                                  " <> ?1",
                              by, since, std::numeric_limits<std::int64_t>::max(), log));
}

Result<bool> StoredRevisions::take_part_of(const RescanKind& kind, const std::string& log,
                                           std::size_t most) {
  struct Rescan {
    std::int64_t log = 0, below = 0;
    std::string by;
    Timestamp since{};
  };
  std::optional<Rescan> rescan;
  auto read = for_each_row(
      connection_.query(
          "SELECT log, below, " + kind.column + ", since FROM " + kind.table +
              " WHERE below IS NOT NULL AND log = (SELECT id FROM logs WHERE uuid = ?)",
          log),
      [&](const Statement& row) {
        rescan = Rescan{row.integer(0), row.integer(1), row.text(2), row.time(3)};
      });
  if (!read) return within("rescan", read.error());
  if (!rescan) return false;
  const auto lowest = lowest_since(connection_, rescan->since);
  if (!lowest) return within("rescan", lowest.error());
  const auto next = connection_.integer(
      "SELECT min(id) FROM (SELECT id FROM messages WHERE id < ? AND id >= ? "
      "ORDER BY id DESC LIMIT ?)",
      rescan->below, lowest->value_or(rescan->below), most);
  if (!next) return within("rescan", next.error());
  if (auto moved = done(connection_.run("UPDATE " + kind.table + " SET below = ? WHERE log = ?",
                                        *next, rescan->log));
      !moved)
    return moved.error();
  if (!*next) return false;
  const auto asked = done(connection_.run(
      "INSERT OR IGNORE INTO revision_requests (log, sequence, cause, companions, is_urgent) "
      "SELECT log, sequence, ?1, companions, 0 FROM reports WHERE message >= ?2 AND message < ?3 "
      "AND "
      "log = ?4 AND NOT superseded AND received_at >= ?6 AND " +
          kind.which + " ORDER BY sequence",
      kind.cause + rescan->by.substr(0, kind.shown), **next, rescan->below, rescan->log, rescan->by,
      rescan->since));
  if (!asked) return asked.error();
  return true;
}

Result<std::vector<std::uint64_t>> StoredRevisions::from_same_sender(std::int64_t message,
                                                                     std::string_view attribute,
                                                                     std::chrono::seconds window,
                                                                     std::size_t most) {
  std::vector<std::uint64_t> found;
  const auto mail = read_mail(connection_, message);
  if (!mail) return within("revisions", mail.error());
  const auto lowest = lowest_since(connection_, mail->received_at - window);
  if (!lowest) return within("revisions", lowest.error());
  if (!*lowest || mail->domain.empty()) return found;
  const auto take = [&](const Statement& row) {
    const auto sequence = static_cast<std::uint64_t>(row.integer(0));
    if (found.size() < most && std::ranges::find(found, sequence) == found.end())
      found.push_back(sequence);
  };
  const auto look = [&](KeyKind kind, const std::string& value) {
    return for_each_row(
        connection_.query(
            "SELECT r.sequence FROM (SELECT rowid AS id FROM message_search WHERE message_search "
            "MATCH " +
                key_expression(KeyKind::attribute) + " || ' AND ' || " + key_expression(kind) +
                " AND rowid >= ? ORDER BY rowid DESC LIMIT ?) AS d CROSS JOIN messages AS m ON "
                "m.id = d.id "
                "JOIN reports AS r ON r.id = m.deciding_report WHERE m.id <> ? AND +m.tenant = ? "
                "AND r.log = ? "
                "AND m.received_at >= ? AND EXISTS (SELECT 1 FROM recipients AS a JOIN recipients "
                "AS b ON "
                "b.address_key = a.address_key AND b.message = ? WHERE a.message = m.id) "
                "ORDER BY m.id DESC LIMIT ?",
            attribute, value, **lowest, kMostOfDomain, message, mail->tenant, mail->log,
            mail->received_at - window, message, most),
        take);
  };
  auto looked = index_.write();
  if (looked && !mail->sender.empty()) looked = look(KeyKind::sender, mail->sender);
  if (looked && found.size() < most) looked = look(KeyKind::sender_domain, mail->domain);
  if (!looked) return within("revisions", looked.error());
  return found;
}

}  // namespace secondlook
