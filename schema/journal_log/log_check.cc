#include "schema/journal_log/log_check.h"

namespace secondlook {
namespace {

// A segment goes after the report files of its records; who reads meanwhile misses them first, so
// this is asked when everything was read.
Result<void> pass_over_freed(const JournalLogReader& log, LogCheck& check) {
  const auto oldest = log.oldest_sequence();
  if (!oldest) return oldest.error();
  check.freed = std::erase_if(
      check.damaged, [&](const DamagedRecord& record) { return record.sequence < *oldest; });
  return {};
}

}  // namespace

Result<LogCheck> check_log(JournalLogReader& log,
                           const std::function<void(std::uint64_t whole)>& progress) {
  LogCheck check;
  if (auto sought = log.seek_after(0); !sought) return sought.error();
  for (;;) {
    const std::uint64_t sequence = log.next_sequence();
    const auto record = log.next();
    if (!record && record.error().kind != Error::Kind::malformed) return record.error();
    if (!record) {
      check.damaged.push_back({sequence, record.error().message});
      continue;
    }
    if (!*record) break;
    check.bytes += (*record)->report_length;
    progress(++check.whole);
  }
  if (auto passed = pass_over_freed(log, check); !passed) return passed.error();
  return check;
}

}  // namespace secondlook
