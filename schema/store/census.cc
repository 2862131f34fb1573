#include "schema/store/census.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "schema/store/sqlite_store.h"

namespace secondlook {
namespace {

// The addresses of a range of ids, each once, and whether an earlier message went there too (6:
// KeyKind::recipient).
constexpr std::string_view kAddresses =
    "SELECT tenant, coalesce("
    "  (SELECT o.kind FROM directories AS d"
    "   JOIN directory_addresses AS a ON a.generation = d.generation AND a.address = "
    "seen.address_key"
    "   JOIN directory_objects AS o ON o.generation = a.generation AND o.id = a.object"
    "   WHERE d.tenant = seen.tenant ORDER BY a.position LIMIT 1),"
    "  iif(EXISTS (SELECT 1 FROM directory_strangers AS s WHERE s.tenant = seen.tenant"
    "              AND s.address = seen.address_key), 'unknown', 'elsewhere')) AS kind,"
    " count(*), sum(NOT EXISTS (SELECT 1 FROM message_search AS earlier WHERE message_search MATCH"
    "                           'keys : ' || search_key((SELECT secret FROM search_state), 6, "
    "seen.address_key)"
    "                           AND earlier.rowid < ?1)) "
    "FROM (SELECT DISTINCT m.tenant AS tenant, r.address_key AS address_key"
    "      FROM messages AS m JOIN recipients AS r ON r.message = m.id"
    "      WHERE m.id BETWEEN ?1 AND ?2 AND m.received_at >= ?3 AND m.received_at < ?4) AS seen "
    "GROUP BY 1, 2 ORDER BY 1, 2";

struct Month {
  std::int64_t first = 0, last = 0;  // ids
};

std::chrono::year_month month_of(std::int64_t hour) {
  const auto day = std::chrono::floor<std::chrono::days>(Timestamp(std::chrono::hours(hour)));
  const std::chrono::year_month_day date{day};
  return date.year() / date.month();
}

Timestamp begin_of(std::chrono::year_month month) {
  return Timestamp(std::chrono::sys_days(month / std::chrono::day(1)));
}

}  // namespace

Result<std::vector<CensusRow>> SqliteStore::read_census() {
  if (auto written = index_.write(); !written) return within("census", written.error());
  std::map<std::chrono::year_month, Month> months;
  auto read =
      for_each_row(connection_->query("SELECT hour, first_message, last_message FROM hours"),
                   [&](const Statement& row) {
                     auto [month, is_new] = months.try_emplace(
                         month_of(row.integer(0)), Month{row.integer(1), row.integer(2)});
                     month->second.first = std::min(month->second.first, row.integer(1));
                     month->second.last = std::max(month->second.last, row.integer(2));
                   });
  if (!read) return within("census", read.error());
  std::vector<CensusRow> rows;
  for (auto month = months.rbegin(); month != months.rend(); ++month) {
    const Timestamp begin = begin_of(month->first);
    const std::string name = format_rfc3339(begin).substr(0, 7);
    read = for_each_row(connection_->query(kAddresses, month->second.first, month->second.last,
                                           begin, begin_of(month->first + std::chrono::months(1))),
                        [&](const Statement& row) {
                          rows.push_back({name, row.text(0), row.text(1),
                                          static_cast<std::uint64_t>(row.integer(2)),
                                          static_cast<std::uint64_t>(row.integer(3))});
                        });
    if (!read) return within("census", read.error());
  }
  return rows;
}

Result<std::vector<CensusRow>> Store::read_census() {
  return internal("this store cannot count addresses");
}

Result<std::vector<CensusRow>> census(Store& store) {
  return store.read_census();
}

}  // namespace secondlook
