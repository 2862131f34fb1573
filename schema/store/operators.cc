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

}  // namespace secondlook
