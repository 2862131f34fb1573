#include "schema/store/period_report.h"

#include <algorithm>
#include <map>

#include "schema/store/search_keys.h"
#include "schema/store/sqlite_store.h"

namespace secondlook {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;
constexpr std::size_t kMostExposures = 100'000;
// Exchange takes a mail with 5 or more for spam (SCL, "Spam confidence level in EOP").
constexpr int kLeastSpamLevel = 5;

// ?1 to ?4: the ids that the hours of the period span, and its times. ?5: how many rows.
const std::string kPeriod = "m.id BETWEEN ?1 AND ?2 AND m.received_at >= ?3 AND m.received_at < ?4";
const std::string kDetections = kPeriod + " AND m.disposition IN ('malicious', 'suspicious')";
constexpr std::int64_t kAll = 1000;  // names of ours: dispositions, states

class PeriodReading {
 public:
  PeriodReading(Connection& connection, Timestamp since, Timestamp until, std::size_t top)
      : connection_(connection),
        since_(since),
        until_(until),
        top_(static_cast<std::int64_t>(top)) {}

  Result<PeriodReport> read() {
    report_.since = since_;
    report_.until = until_;
    Result<void> done = find_range();
    if (done) done = count_dispositions();
    if (done) done = rank_detections();
    if (done) done = count_removals();
    if (done) done = compare_with_eop();
    if (!done) return within("report", done.error());
    return std::move(report_);
  }

 private:
  Result<void> find_range() {
    auto first = connection_.integer("SELECT min(first_message) FROM hours WHERE hour >= ?",
                                     since_.time_since_epoch().count() / kHour);
    if (!first) return first.error();
    auto last = connection_.integer("SELECT max(last_message) FROM hours WHERE hour <= ?",
                                    until_.time_since_epoch().count() / kHour);
    if (!last) return last.error();
    first_ = first->value_or(1);
    last_ = *first ? last->value_or(0) : 0;
    return {};
  }

  // Rows of a name and a number.
  Result<void> rank(const std::string& sql, std::int64_t most, RankedNames& names) {
    return for_each_row(connection_.query(sql + " ORDER BY n DESC, 1 LIMIT ?5", first_, last_,
                                          since_, until_, most),
                        [&](const Statement& row) {
                          names.emplace_back(row.text(0),
                                             static_cast<std::uint64_t>(row.integer(1)));
                        });
  }
  Result<void> count(const std::string& sql, std::uint64_t& number) {
    const auto counted = connection_.integer(sql, first_, last_, since_, until_);
    if (!counted) return counted.error();
    number = static_cast<std::uint64_t>(counted->value_or(0));
    return {};
  }

  Result<void> count_dispositions() {
    auto done =
        rank("SELECT m.disposition, count(*) AS n FROM messages m WHERE " + kPeriod + " GROUP BY 1",
             kAll, report_.dispositions);
    for (const auto& [name, number] : report_.dispositions) {
      report_.messages += number;
      if (name == "malicious" || name == "suspicious") report_.detections += number;
    }
    return done;
  }

  Result<void> rank_detections() {
    auto done = rank(
        "SELECT r.address_key, count(*) AS n FROM messages m JOIN recipients r ON "
        "r.message = m.id WHERE " +
            kDetections + " GROUP BY 1",
        top_, report_.recipients);
    if (done)
      done = rank("SELECT m.sender_key, count(*) AS n FROM messages m WHERE " + kDetections +
                      " AND m.sender_key <> '' GROUP BY 1",
                  top_, report_.senders);
    if (done)
      done = rank("SELECT m.from_domain, count(*) AS n FROM messages m WHERE " + kDetections +
                      " AND m.from_domain <> '' GROUP BY 1",
                  top_, report_.sender_domains);
    if (done) done = rank_verdicts("'$.hits'", "'$.rule'", report_.rules);
    if (done) done = rank_verdicts("'$.links'", "'$.host'", report_.hosts);
    return done;
  }

  // What stands in the verdicts, each once a message.
  Result<void> rank_verdicts(const std::string& list, const std::string& member,
                             RankedNames& names) {
    return rank("SELECT json_extract(item.value, " + member +
                    ") AS name, count(DISTINCT m.id) AS n "
                    "FROM messages m JOIN reports ON reports.id = m.deciding_report, "
                    "json_each(verdict_json(packed, verdict), " +
                    list + ") AS item WHERE " + kDetections + " AND name <> '' GROUP BY name",
                top_, names);
  }

  Result<void> count_removals() {
    auto done = rank(
        "SELECT s.state, count(*) AS n FROM messages m JOIN steps s ON s.message = m.id "
        "WHERE " +
            kPeriod +
            " AND s.cause = 'automatic' AND NOT s.restores AND "
            "s.action <> 'none' GROUP BY 1",
        kAll, report_.removals);
    const std::string removed = "SELECT count(*) FROM messages m WHERE " + kPeriod +
                                " AND EXISTS (SELECT 1 FROM steps s "
                                "WHERE s.message = m.id AND s.cause = 'automatic' AND NOT "
                                "s.restores AND s.state = 'removed')";
    if (done) done = count(removed, report_.removed_messages);
    if (done) done = count(removed + " AND m.restored_by_hand", report_.restored_messages);
    if (done) done = count(removed + " AND m.false_positive", report_.false_positives);
    if (!done) return done;
    done = for_each_row(
        connection_.query("SELECT s.finished_at - m.received_at FROM messages m JOIN steps s ON "
                          "s.message = m.id WHERE " +
                              kPeriod +
                              " AND s.cause = 'automatic' AND NOT "
                              "s.restores AND s.state = 'removed' AND s.finished_at IS NOT NULL "
                              "ORDER BY s.id DESC LIMIT ?5",
                          first_, last_, since_, until_, kMostExposures),
        [&](const Statement& row) { report_.exposures.emplace_back(row.integer(0)); });
    std::sort(report_.exposures.begin(), report_.exposures.end());
    return done;
  }

  Result<void> compare_with_eop() {
    const std::string with_level =
        "SELECT count(*) FROM messages m JOIN reports ON reports.id = m.deciding_report WHERE " +
        kDetections + " AND json_extract(verdict_json(packed, verdict), '$.eop.scl') ";
    auto done = count(with_level + "IS NOT NULL", report_.detections_with_eop);
    if (done)
      done = count(with_level + "< " + std::to_string(kLeastSpamLevel), report_.passed_by_eop);
    if (!done) return done;
    std::string match = "''";
    for (const char* rule : {"eop_category_phish", "eop_category_spoof", "eop_category_malware"})
      match += " || '" + std::string(match == "''" ? "" : " OR ") +
               "(keys : ' || search_key((SELECT secret FROM "
               "search_state), " +
               std::to_string(static_cast<int>(KeyKind::rule)) + ", '" + rule + "') || ')'";
    return count(
        "SELECT count(*) FROM message_search AS d CROSS JOIN messages AS m ON m.id = d.rowid WHERE "
        "message_search MATCH " +
            match +
            " AND d.rowid BETWEEN ?1 AND ?2 AND "
            "m.disposition = 'clean' AND " +
            kPeriod,
        report_.clean_against_eop);
  }

  Connection& connection_;
  const Timestamp since_, until_;
  const std::int64_t top_;
  std::int64_t first_ = 1, last_ = 0;
  PeriodReport report_;
};

}  // namespace

Result<PeriodReport> SqliteStore::read_period(Timestamp since, Timestamp until, std::size_t top) {
  if (auto written = index_.write(); !written) return written.error();
  auto snapshot = Savepoint::begin(*connection_);
  if (!snapshot) return snapshot.error();
  auto report = PeriodReading(*connection_, since, until, top).read();
  if (!report) return report;
  if (auto released = snapshot->release(); !released) return released.error();
  return report;
}

Result<PeriodReport> period_report(Store& store, Timestamp since, Timestamp until,
                                   std::size_t top) {
  return store.read_period(since, until, top);
}

}  // namespace secondlook
