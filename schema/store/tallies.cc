#include "schema/store/tallies.h"

#include <limits>

#include "schema/store/sqlite_store.h"

namespace secondlook {
namespace {

std::uint64_t count(const Statement& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

}  // namespace

Result<Tallies> SqliteStore::tallies() {
  Tallies tallies;
  auto read =
      for_each_row(connection_->query("SELECT kind, name, value, rows FROM tallies WHERE rows > 0"),
                   [&](const Statement& row) {
                     const std::string kind = row.text(0);
                     if (kind == "report") tallies.reports = count(row, 3);
                     if (kind == "message")
                       tallies.messages.push_back({row.text(1), row.text(2), count(row, 3)});
                     if (kind == "step")
                       tallies.steps.push_back({row.text(1), row.text(2), count(row, 3)});
                   });
  if (!read) return within("tallies", read.error());
  read = for_each_row(
      connection_->query("SELECT upper, copies, microseconds FROM exposure_tallies ORDER BY upper"),
      [&](const Statement& row) {
        Tallies::Exposure one{std::nullopt, count(row, 1),
                              std::chrono::microseconds(row.integer(2))};
        if (row.integer(0) != std::numeric_limits<std::int64_t>::max())
          one.upper = std::chrono::microseconds(row.integer(0));
        tallies.exposures.push_back(one);
      });
  if (!read) return within("tallies", read.error());
  const auto due = connection_->integer(
      "SELECT coalesce(next_try_at, planned_at) FROM steps WHERE state = 'planned' "
      "ORDER BY coalesce(next_try_at, planned_at) LIMIT 1");
  if (!due) return within("tallies", due.error());
  if (*due) tallies.oldest_due = Timestamp(std::chrono::microseconds(**due));
  return tallies;
}

Result<StoreCounts> SqliteStore::counts() {
  const auto read = tallies();
  if (!read) return read.error();
  StoreCounts counts;
  counts.reports = read->reports;
  std::map<std::string, std::uint64_t> dispositions, states;
  for (const Tallies::Row& row : read->messages) {
    dispositions[row.value] += row.rows;
    counts.messages += row.rows;
  }
  for (const Tallies::Row& row : read->steps) states[row.value] += row.rows;
  counts.messages_by_disposition.assign(dispositions.begin(), dispositions.end());
  counts.steps_by_state.assign(states.begin(), states.end());
  return counts;
}

Result<std::optional<RecordName>> SqliteStore::deciding_report(MessageRowId message) {
  std::optional<RecordName> name;
  auto read = for_each_row(
      connection_->query("SELECT uuid, sequence FROM messages JOIN reports ON reports.id = "
                         "deciding_report JOIN logs ON logs.id = reports.log WHERE messages.id = ?",
                         message),
      [&](const Statement& row) {
        name = RecordName{row.text(0), count(row, 1)};
      });
  if (!read) return read.error();
  return name;
}

}  // namespace secondlook
