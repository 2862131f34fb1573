// Counts who writes to whom, and every few minutes makes of it the snapshot that the analyzer
// judges by (schema/history). A thread of its own with a reading connection of its own: recording
// waits for it only while a few hundred messages are counted.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/random.h"
#include "base/result.h"
#include "remediation/shared_store.h"
#include "remediation/stop_event.h"
#include "schema/history/history_snapshot.h"

namespace secondlook {

struct HistoryLimits {
  std::chrono::seconds between_counts{30};
  std::chrono::seconds between_snapshots{300};
  std::chrono::days kept{400};          // who was not heard of for so long is forgotten
  std::size_t counted_at_once = 500;    // messages
  std::size_t known_mails = 1'000'000;  // Message-IDs, the newest
};

class HistoryKeeper {
 public:
  // All must outlive it. `database`: the store's file.
  HistoryKeeper(SharedStore& store, std::string database, const Clock& clock, RandomSource& random,
                const StopEvent& stop, HistoryLimits limits = {})
      : store_(store),
        database_(std::move(database)),
        clock_(clock),
        random_(random),
        stop_(stop),
        limits_(limits) {}

  void start();
  // The newest snapshot, a file without a name; null before the first. From any thread.
  std::shared_ptr<const FileDescriptor> newest() const;

  // One round, for start() and tests: counts all that is new, and makes a snapshot when that is
  // due.
  Result<void> go_on();

 private:
  void work();
  Result<bool> count();
  Result<void> notice_import();
  Result<void> forget();
  Result<HistoryContent> gather();
  Result<void> make_snapshot();

  SharedStore& store_;
  const std::string database_;
  const Clock& clock_;
  RandomSource& random_;
  const StopEvent& stop_;
  const HistoryLimits limits_;

  std::unique_ptr<Store> reading_;
  bool is_stale_ = true;  // more was counted than the snapshot says
  std::chrono::steady_clock::time_point made_at_{};
  std::int64_t imported_ = 0;  // rows of message traces that the snapshot knows
  int slice_ = 0;              // of the keys, to be looked through next for who is to be forgotten
  std::int64_t newest_mail_ = -1;  // row id; below 0: none was read yet
  std::vector<HistoryKey> mails_;

  mutable std::mutex mutex_;
  std::shared_ptr<const FileDescriptor> snapshot_;
  std::jthread thread_;
};

}  // namespace secondlook
