// A journal log in a temporary directory, written group by group without threads, so that tests say
// when what happens.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "journal_ingest/group_commit.h"
#include "tests/journal_ingest/broken_files.h"
#include "tests/schema/journal_log/log_on_disk.h"

namespace secondlook {

class StandingClock final : public Clock {
 public:
  Timestamp now() const override { return now_; }
  std::chrono::steady_clock::time_point steady() const override { return {}; }
  Timestamp now_{std::chrono::seconds(1'000'000)};
};

// A log that is being written: what GroupCommit needs, in one place.
struct OpenLog {
  RecoveredLog recovered;
  Retention retention;
  SegmentStock stock;
  GroupCommit commit;

  OpenLog(RecoveredLog found, CommitSettings settings, RetentionSettings kept, Files& files,
          const Clock& clock)
      : recovered(std::move(found)),
        retention(kept),
        stock(files, recovered.directory.number(), settings.segment_bytes),
        commit(recovered, settings, files, clock, retention, stock) {
    retention.restore(recovered.segments, recovered.reports, recovered.next_sequence - 1);
  }
};

struct LogFixture {
  TemporaryDirectory directory;
  BrokenFiles files;
  StandingClock clock;
  SystemRandom random;
  CommitSettings settings{4096, 1 << 20};
  RetentionSettings kept;
  std::size_t memory_limit = 1024;
  std::map<std::uint64_t, std::string> acknowledged;  // sequence -> report

  std::string path() const { return directory.path() + "/journal"; }
  // Null when the log cannot be opened.
  std::unique_ptr<OpenLog> open();
  // Commits the reports as one group; remembers what was acknowledged. How many were.
  std::size_t commit(OpenLog& log, const std::vector<std::string>& reports);
  // Requires every acknowledged report to be read back, under its sequence, whole.
  void require_nothing_lost() const;
};

FinishedReport make_report(Files& files, int directory, std::size_t memory_limit,
                           const std::string& text);

}  // namespace secondlook
