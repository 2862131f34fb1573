#include "schema/store/audit.h"

#include "base/hex.h"
#include "base/sha256.h"
#include "schema/store/audit_rows.h"
#include "schema/store/sqlite_store.h"

namespace secondlook {
namespace {

constexpr std::string_view kHashedFirst = "secondlook audit row 1\n";
constexpr std::size_t kPage = 200;

// 8 bytes, the most significant first, then the field itself: no two rows give the same bytes.
void add_field(std::string& bytes, std::string_view field) {
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes += static_cast<char>((static_cast<std::uint64_t>(field.size()) >> shift) & 0xFF);
  bytes += field;
}

void add_number(std::string& bytes, std::int64_t number) {
  add_field(bytes, std::to_string(number));
}

std::string previous_as_bytes(std::string_view previous) {
  const auto bytes = from_hex(previous);
  if (previous.empty() || !bytes) return std::string(32, '\0');
  return std::string(bytes->begin(), bytes->end());
}

std::string select_audit(std::string_view rest) {
  return std::string(
             "SELECT id, at, kind, about, who, login, command, arguments, outcome, hash FROM "
             "audit ")
      .append(rest);
}

AuditRow row_of(const Statement& row) {
  AuditRow audit;
  audit.id = row.integer(0);
  audit.entry.at = row.time(1);
  audit.kind = row.text(2);
  audit.entry.kind = audit.kind == name_of(AuditKind::refused)   ? AuditKind::refused
                     : audit.kind == name_of(AuditKind::outcome) ? AuditKind::outcome
                                                                 : AuditKind::command;
  audit.entry.about = row.maybe_integer(3);
  audit.entry.who = row.text(4);
  audit.entry.login = row.text(5);
  audit.entry.command = row.text(6);
  audit.entry.arguments = row.text(7);
  audit.entry.outcome = row.text(8);
  audit.hash = row.text(9);
  return audit;
}

Result<std::vector<AuditRow>> rows_from(Result<Statement> statement) {
  std::vector<AuditRow> rows;
  auto read = for_each_row(std::move(statement),
                           [&](const Statement& row) { rows.push_back(row_of(row)); });
  if (!read) return within("audit", read.error());
  return rows;
}

struct LastRow {
  std::int64_t id = 0;  // the highest number ever given, whether its row is there or not
  std::string hash;
};

Result<LastRow> last_row(Connection& connection) {
  LastRow last;
  const auto given = connection.integer("SELECT seq FROM sqlite_sequence WHERE name = 'audit'");
  if (!given) return given.error();
  last.id = given->value_or(0);
  auto read = for_each_row(connection.query("SELECT hash FROM audit ORDER BY id DESC LIMIT 1"),
                           [&](const Statement& row) { last.hash = row.text(0); });
  if (!read) return read.error();
  return last;
}

}  // namespace

std::string_view name_of(AuditKind kind) {
  switch (kind) {
    case AuditKind::command: return "command";
    case AuditKind::refused: return "refused";
    case AuditKind::outcome: return "outcome";
  }
  return "command";
}

std::string audit_hash(std::string_view previous, const AuditRow& row) {
  std::string bytes(kHashedFirst);
  bytes += previous_as_bytes(previous);
  const AuditEntry& entry = row.entry;
  add_number(bytes, row.id);
  add_number(bytes, entry.at.time_since_epoch().count());
  add_field(bytes, row.kind);
  add_field(bytes, entry.about ? std::to_string(*entry.about) : "");
  for (const std::string* text :
       {&entry.who, &entry.login, &entry.command, &entry.arguments, &entry.outcome})
    add_field(bytes, *text);
  return to_hex(sha256(bytes));
}

Result<void> chain_existing_audit(Connection& connection) {
  std::string previous;
  std::int64_t after = 0;
  for (;;) {
    auto rows =
        rows_from(connection.query(select_audit("WHERE id > ? ORDER BY id LIMIT ?"), after, kPage));
    if (!rows) return rows.error();
    for (AuditRow& row : *rows) {
      previous = audit_hash(previous, row);
      after = row.id;
      const auto chained =
          connection.run("UPDATE audit SET hash = ? WHERE id = ?", previous, row.id);
      if (!chained) return chained.error();
    }
    if (rows->size() < kPage) return {};
  }
}

Result<AuditRow> SqliteStore::append_audit(const AuditEntry& entry) {
  const auto last = last_row(*connection_);
  if (!last) return within("audit", last.error());
  AuditRow row{last->id + 1, entry, std::string(name_of(entry.kind)), ""};
  row.hash = audit_hash(last->hash, row);
  const auto added = connection_->run(
      "INSERT INTO audit (id, at, kind, about, who, login, command, arguments, outcome, hash) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      row.id, entry.at, row.kind, entry.about, entry.who, entry.login, entry.command,
      entry.arguments, entry.outcome, row.hash);
  if (!added) return within("audit", added.error());
  return row;
}

Result<std::vector<AuditRow>> SqliteStore::audit_before(std::optional<std::int64_t> below,
                                                        std::size_t most) {
  return rows_from(connection_->query(select_audit("WHERE id < ? ORDER BY id DESC LIMIT ?"),
                                      below.value_or(INT64_MAX), most));
}

Result<std::vector<AuditRow>> SqliteStore::audit_after(std::int64_t above, std::size_t most) {
  return rows_from(
      connection_->query(select_audit("WHERE id > ? ORDER BY id LIMIT ?"), above, most));
}

Result<std::int64_t> SqliteStore::audit_rows_written() {
  const auto last = last_row(*connection_);
  if (!last) return within("audit", last.error());
  return last->id;
}

Result<void> read_audit(Store& store, std::optional<Timestamp> since, std::size_t most,
                        const std::function<bool(const AuditRow&)>& each) {
  std::optional<std::int64_t> below;
  for (std::size_t told = 0; most == 0 || told < most;) {
    const auto rows = store.audit_before(below, kPage);
    if (!rows) return rows.error();
    for (const AuditRow& row : *rows) {
      below = row.id;
      // The clock may have been set back between two rows: older ones may follow newer ones.
      if (since && row.entry.at < *since) continue;
      if (!each(row) || ++told == most) return {};
    }
    if (rows->size() < kPage) return {};
  }
  return {};
}

Result<AuditCheck> verify_audit(Store& store, std::string_view noted_head) {
  AuditCheck check;
  bool found = noted_head.empty();
  std::int64_t last = 0;
  for (bool more = true; more;) {
    const auto rows = store.audit_after(last, kPage);
    if (!rows) return rows.error();
    more = rows->size() == kPage;
    for (const AuditRow& row : *rows) {
      ++check.rows;
      if (check.intact() && audit_hash(check.head, row) != row.hash) {
        check.first_bad = row.id;
        check.fault = "row " + std::to_string(row.id) +
                      " does not follow from the row before it: it was changed, or a row before it "
                      "was removed or inserted";
      }
      found = found || row.hash == noted_head;
      check.head = row.hash;
      last = row.id;
    }
  }
  const auto written = store.audit_rows_written();
  if (!written) return written.error();
  if (check.intact() && *written > last)
    check.fault = std::to_string(*written) + " rows were written, the last one there is " +
                  std::to_string(last) + ": rows at the end were removed";
  if (check.intact() && !found)
    check.fault =
        "the noted head is not in the chain: rows at the end were removed, or the whole database "
        "was exchanged";
  return check;
}

}  // namespace secondlook
