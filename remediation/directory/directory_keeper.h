// Keeps the copies of all tenants' directories fresh: one thread reads each when it is older than
// its `sync_every`, at the start too; operators may ask in between. One reading at a time. What
// fails is told by `status`, tried again in a quarter of an hour, and disturbs nothing else.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "remediation/directory/directory_sync.h"
#include "remediation/stop_event.h"

namespace secondlook {

class DirectoryKeeper {
 public:
  // All must outlive it.
  DirectoryKeeper(SharedStore& store, const Clock& clock, const StopEvent& stop)
      : store_(store), clock_(clock), stop_(stop) {}

  // Called after each reading that changed something or may have, on the thread that read. Before
  // start().
  void when_read(std::function<void()> read) { when_read_ = std::move(read); }
  // Before start().
  void add(const TenantSettings& tenant, std::unique_ptr<DirectoryClient> client);
  void start();
  // True when no reading is under way any more within `timeout`; the stop event has to be set.
  bool is_idle(std::chrono::milliseconds timeout) const;

  // Waits for a reading under way. not_found: no such tenant.
  Result<SyncOutcome> sync(const std::string& tenant, const SyncWish& wish,
                           const DifferenceSink& sink);

  // When the tenant's directory is to be read next by itself: also at once, when the rules ask for
  // what was not read. Nothing: never.
  std::optional<Timestamp> due_at(const TenantSettings& tenant);

 private:
  struct Kept {
    TenantSettings tenant;
    std::unique_ptr<DirectoryClient> client;
  };
  void work();
  SyncParts parts_of(Kept& kept);
  Result<void> read_overrides(Kept& kept, bool dry_run);
  Result<SyncOutcome> sync(Kept& kept, const SyncWish& wish, const DifferenceSink& sink);

  SharedStore& store_;
  const Clock& clock_;
  const StopEvent& stop_;
  std::map<std::string, Kept, std::less<>> kept_;
  std::mutex one_at_a_time_;
  std::function<void()> when_read_;
  std::atomic<int> under_way_ = 0;  // the thread, and readings that were asked for
  std::jthread thread_;
};

}  // namespace secondlook
