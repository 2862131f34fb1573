// Reads a whole journal log, archive included, and says what is damaged: for `secondlook log
// verify`, also while the service runs and frees what it has recorded.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "schema/journal_log/reader.h"

namespace secondlook {

struct DamagedRecord {
  std::uint64_t sequence = 0;
  std::string reason;  // with segment and offset
};

struct LogCheck {
  std::uint64_t whole = 0;  // records
  std::uint64_t bytes = 0;  // of their reports
  std::uint64_t freed = 0;  // records that went while the log was read, as they may: no damage
  std::vector<DamagedRecord> damaged;
};

// From the oldest record to the durable end. `progress` is called after each whole record with
// their number. Errors are those of the disk; damage is none.
Result<LogCheck> check_log(JournalLogReader& log,
                           const std::function<void(std::uint64_t whole)>& progress);

}  // namespace secondlook
