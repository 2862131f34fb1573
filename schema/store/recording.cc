#include "schema/store/recording.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/log.h"
#include "schema/store/revisions.h"
#include "schema/store/sqlite_store.h"

namespace secondlook {
namespace {

// One slow record may hold back the mark while very many behind it are recorded. What is left out
// is sent again and changes nothing.
constexpr std::uint64_t kMostRecordedAbove = 100'000;

std::string name_of_record(const VerdictStamp& stamp) {
  return "record " + stamp.log + "/" + std::to_string(stamp.sequence);
}

struct LogRow {
  std::int64_t id = 0;
  std::uint64_t recorded = 0;
};

Result<std::optional<LogRow>> find_log(Connection& connection, std::string_view uuid) {
  std::optional<LogRow> log;
  auto read =
      for_each_row(connection.query("SELECT id, recorded FROM logs WHERE uuid = ?", uuid),
                   [&](const Statement& row) {
                     log = LogRow{row.integer(0), static_cast<std::uint64_t>(row.integer(1))};
                   });
  if (!read) return read.error();
  return log;
}

Result<LogRow> find_or_add_log(Connection& connection, std::string_view uuid) {
  auto log = find_log(connection, uuid);
  if (!log) return log.error();
  if (*log) return **log;
  const auto others = connection.integer("SELECT count(*) FROM logs");
  if (!others) return others.error();
  if (others->value_or(0) > 0)
    log_warning("a journal log never seen before", {{"log", std::string(uuid)}});
  if (auto added = connection.run("INSERT INTO logs (uuid) VALUES (?)", uuid); !added)
    return added.error();
  return LogRow{connection.last_row_id(), 0};
}

// The recorded revisions of one sequence.
struct EarlierReports {
  std::optional<MessageRowId> message;
  std::uint32_t newest_revision = 0;
  bool has_this_revision = false;
  bool crc_differs = false;
};

Result<EarlierReports> find_earlier(Connection& connection, const LogRow& log,
                                    const VerdictStamp& stamp) {
  EarlierReports earlier;
  auto read = for_each_row(
      connection.query("SELECT revision, crc, message FROM reports WHERE log = ? AND sequence = ?",
                       log.id, stamp.sequence),
      [&](const Statement& row) {
        const auto revision = static_cast<std::uint32_t>(row.integer(0));
        earlier.newest_revision = std::max(earlier.newest_revision, revision);
        earlier.has_this_revision |= revision == stamp.revision;
        earlier.crc_differs |= row.integer(1) != static_cast<std::int64_t>(stamp.crc);
        earlier.message = row.integer(2);
      });
  if (!read) return read.error();
  return earlier;
}

// SQLite takes what is not finite for NULL.
double finite(double score) {
  return std::isfinite(score) ? score : 0;
}

// As it is packed: what stands elsewhere is left out.
std::string packed_text(const Verdict& verdict) {
  Verdict rest = verdict;
  rest.reduced_mail.clear();
  rest.rule_set.clear();
  return to_json(rest);
}

// The rule set's id as text, '' for none.
Result<std::string> number_of_rule_set(Connection& connection, const std::string& hash) {
  if (hash.empty()) return std::string();
  auto id = connection.integer("SELECT id FROM rule_sets WHERE hash = ?", hash);
  if (!id) return id.error();
  if (*id) return std::to_string(**id);
  if (auto added = connection.run("INSERT INTO rule_sets (hash) VALUES (?)", hash); !added)
    return added.error();
  return std::to_string(connection.last_row_id());
}

Result<FreshReport> add_report(Connection& connection, const LogRow& log,
                               const EarlierReports& earlier, const RecordedReport& report,
                               MessageRowId message, bool superseded) {
  const VerdictStamp& stamp = report.stamp;
  if (earlier.message && !superseded) {
    const auto others = connection.run(
        "UPDATE reports SET superseded = 1, message = ? WHERE log = ? AND sequence = ?", message,
        log.id, stamp.sequence);
    if (!others) return others.error();
  }
  const auto rule_set = number_of_rule_set(connection, report.verdict.rule_set);
  if (!rule_set) return rule_set.error();
  const auto added = connection.run(
      "INSERT INTO reports (log, sequence, revision, crc, message, superseded, severity, score, "
      "received_at, peer, mail_from, tls_version, verdict, packed, cause, companions, rule_set, "
      "signatures) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', pack_verdict(?), ?, ?, ?, ?)",
      log.id, stamp.sequence, stamp.revision, stamp.crc, message, superseded,
      severity_rank(report.verdict.disposition), finite(report.verdict.score), stamp.received_at,
      stamp.peer, stamp.mail_from, stamp.tls_version, packed_text(report.verdict), stamp.cause,
      sequences_to_json(stamp.companions), *rule_set, report.verdict.signatures);
  if (!added) return added.error();
  const FreshReport fresh{connection.last_row_id(), &report.verdict, stamp.received_at};
  if (auto kept = keep_reduced_mail(connection, fresh.id, report.verdict.reduced_mail); !kept)
    return kept.error();
  return fresh;
}

// Moves the mark over everything that is recorded without a gap.
Result<void> advance_mark(Connection& connection, const LogRow& log) {
  std::uint64_t mark = log.recorded;
  for (;;) {
    const auto next = connection.integer(
        "SELECT 1 FROM reports WHERE log = ? AND sequence = ? LIMIT 1", log.id, mark + 1);
    if (!next) return next.error();
    if (!*next) break;
    ++mark;
  }
  if (mark == log.recorded) return {};
  const auto moved = connection.run("UPDATE logs SET recorded = ? WHERE id = ?", mark, log.id);
  if (!moved) return moved.error();
  return {};
}

Result<MessageRow> record_new(Connection& connection, SearchIndex& index, const LogRow& log,
                              const EarlierReports& earlier, const RecordedReport& report) {
  const bool superseded = earlier.message && earlier.newest_revision > report.stamp.revision;
  FoundRow message{earlier.message.value_or(0), false};
  if (!superseded) {
    const auto found = find_or_add_message(connection, report);
    if (!found) return found.error();
    message = *found;
  }
  auto before =
      message.is_new ? Result<std::optional<IndexedMessage>>(std::nullopt) : index.read(message.id);
  if (!before) return before.error();
  auto fresh = add_report(connection, log, earlier, report, message.id, superseded);
  if (!fresh) return fresh.error();
  fresh->is_only = message.is_new;
  Result<void> done = add_recipients(connection, message.id, report.verdict.recipients);
  if (done && earlier.message && *earlier.message != message.id)
    done = leave_message(connection, index, *earlier.message, message.id);
  if (done) done = advance_mark(connection, log);
  if (!done) return done.error();
  auto derived = derive_message(connection, index, message.id, *fresh);
  if (!derived) return derived.error();
  index.change(message.id, *std::move(before), std::move(derived->texts));
  const auto forgotten = connection.run("DELETE FROM attempts WHERE log = ? AND sequence = ?",
                                        log.id, report.stamp.sequence);
  if (!forgotten) return forgotten.error();
  auto row =
      read_message_row(connection, message.id, derived->verdict, std::move(derived->recipients));
  if (!row) return row.error();
  row->is_new = message.is_new;
  row->report_is_new = true;
  return row;
}

Result<MessageRow> known_message(Connection& connection, MessageRowId message) {
  const auto deciding = read_deciding_verdict(connection, message);
  if (!deciding) return deciding.error();
  auto recipients = read_recipients(connection, message);
  if (!recipients) return recipients.error();
  return read_message_row(connection, message, *deciding, *std::move(recipients));
}

Result<MessageRow> record_within(Connection& connection, SearchIndex& index,
                                 const RecordedReport& report) {
  const VerdictStamp& stamp = report.stamp;
  const auto log = find_or_add_log(connection, stamp.log);
  if (!log) return log.error();
  const auto earlier = find_earlier(connection, *log, stamp);
  if (!earlier) return earlier.error();
  if (earlier->crc_differs)
    return forbidden(
        "recorded before with another checksum: the journal log is not the one that "
        "was recorded, or was changed");
  if (earlier->has_this_revision) return known_message(connection, *earlier->message);
  const bool forgotten =
      !earlier->message && stamp.revision == 0 && stamp.sequence <= log->recorded;
  if (forgotten) return MessageRow{};
  return record_new(connection, index, *log, *earlier, report);
}

// Records below `oldest` that were never recorded can never come: the mark must not wait for them.
Result<void> pass_over_lost_records(Connection& connection, LogRow& log,
                                    const VerdictHello& hello) {
  if (hello.oldest_sequence <= log.recorded + 1) return {};
  log_error("the journal log no longer holds records that were never recorded",
            {{"log", hello.log},
             {"first", std::to_string(log.recorded + 1)},
             {"last", std::to_string(hello.oldest_sequence - 1)}});
  log.recorded = hello.oldest_sequence - 1;
  const auto moved =
      connection.run("UPDATE logs SET recorded = ? WHERE id = ?", log.recorded, log.id);
  if (!moved) return moved.error();
  return advance_mark(connection, log);
}

Result<VerdictWelcome> welcome_to(Connection& connection, const LogRow& log) {
  VerdictWelcome welcome;
  const auto recorded = connection.integer("SELECT recorded FROM logs WHERE id = ?", log.id);
  if (!recorded) return recorded.error();
  welcome.recorded = static_cast<std::uint64_t>(recorded->value_or(0));
  auto read = for_each_row(
      connection.query("SELECT DISTINCT sequence FROM reports WHERE log = ? AND sequence > ? "
                       "ORDER BY sequence LIMIT ?",
                       log.id, welcome.recorded, kMostRecordedAbove),
      [&](const Statement& row) {
        welcome.recorded_above.push_back(static_cast<std::uint64_t>(row.integer(0)));
      });
  if (!read) return read.error();
  read = for_each_row(
      connection.query("SELECT sequence, attempts FROM attempts WHERE log = ? ORDER BY sequence",
                       log.id),
      [&](const Statement& row) {
        welcome.attempts.push_back({static_cast<std::uint64_t>(row.integer(0)),
                                    static_cast<std::uint32_t>(row.integer(1))});
      });
  if (!read) return read.error();
  return welcome;
}

}  // namespace

Result<MessageRow> SqliteStore::record(const RecordedReport& report) {
  auto savepoint = IndexedSavepoint::begin(*connection_, index_);
  if (!savepoint) return savepoint.error();
  auto row = record_within(*connection_, index_, report);
  if (!row) return within(name_of_record(report.stamp), row.error());
  if (auto released = savepoint->release(); !released) return released.error();
  return row;
}

Result<void> SqliteStore::record_attempt(const VerdictStamp& stamp, std::string_view reason) {
  auto savepoint = Savepoint::begin(*connection_);
  if (!savepoint) return savepoint.error();
  const auto log = find_or_add_log(*connection_, stamp.log);
  if (!log) return within(name_of_record(stamp), log.error());
  const auto noted = connection_->run(
      "INSERT INTO attempts (log, sequence, attempts, reason) SELECT ?1, ?2, ?3, ?4 "
      "WHERE ?2 > (SELECT recorded FROM logs WHERE id = ?1) "
      "AND NOT EXISTS (SELECT 1 FROM reports WHERE log = ?1 AND sequence = ?2) "
      "ON CONFLICT DO UPDATE SET attempts = max(attempts, excluded.attempts), "
      "reason = excluded.reason",
      log->id, stamp.sequence, stamp.attempt, reason);
  if (!noted) return within(name_of_record(stamp), noted.error());
  return savepoint->release();
}

Result<VerdictWelcome> SqliteStore::welcome(const VerdictHello& hello) {
  auto savepoint = Savepoint::begin(*connection_);
  if (!savepoint) return savepoint.error();
  auto log = find_or_add_log(*connection_, hello.log);
  if (!log) return log.error();
  if (hello.durable_sequence < log->recorded)
    log_error("the journal log ends below what was recorded of it",
              {{"log", hello.log},
               {"recorded", std::to_string(log->recorded)},
               {"durable", std::to_string(hello.durable_sequence)}});
  if (auto passed = pass_over_lost_records(*connection_, *log, hello); !passed)
    return passed.error();
  auto welcome = welcome_to(*connection_, *log);
  if (!welcome) return welcome.error();
  if (auto released = savepoint->release(); !released) return released.error();
  return welcome;
}

Result<std::uint64_t> SqliteStore::recorded_mark(const std::string& log) {
  const auto found = find_log(*connection_, log);
  if (!found) return found.error();
  return *found ? (*found)->recorded : 0;
}

}  // namespace secondlook
