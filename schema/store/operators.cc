#include <algorithm>

#include "schema/store/sqlite_store.h"

namespace secondlook {

Result<std::vector<std::chrono::microseconds>> SqliteStore::exposures(Timestamp since,
                                                                      std::size_t limit) {
  std::vector<std::chrono::microseconds> exposures;
  auto read = for_each_row(
      connection_->query("SELECT finished_at - received_at FROM steps INDEXED BY steps_removed "
                         "JOIN messages ON messages.id = steps.message "
                         "WHERE state = 'removed' AND cause = 'automatic' AND finished_at >= ? "
                         "ORDER BY finished_at DESC LIMIT ?",
                         since, limit),
      [&](const Statement& row) { exposures.emplace_back(row.integer(0)); });
  if (!read) return within("exposures", read.error());
  std::sort(exposures.begin(), exposures.end());
  return exposures;
}

Result<std::uint64_t> SqliteStore::forget_before(Timestamp before, std::size_t limit) {
  // Everything that belongs to a message goes with it (ON DELETE CASCADE).
  const auto removed = connection_->run(
      "DELETE FROM messages WHERE id IN ("
      "SELECT id FROM messages AS m WHERE received_at < ? "
      "AND NOT EXISTS (SELECT 1 FROM steps WHERE message = m.id "
      "                AND state IN ('planned', 'held_by_brake', 'begun')) "
      "AND NOT EXISTS (SELECT 1 FROM reports JOIN logs ON logs.id = reports.log "
      "                WHERE message = m.id AND sequence > recorded) "
      "ORDER BY received_at LIMIT ?)",
      before, limit);
  if (!removed) return within("forget", removed.error());
  return static_cast<std::uint64_t>(*removed);
}

}  // namespace secondlook
