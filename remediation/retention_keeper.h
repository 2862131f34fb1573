// Forgets what is older than [search] retention_days, and gives its room back. A thread of its own
// that works in small transactions and rests as long as each took, so that recording never waits
// longer than for one of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "remediation/shared_store.h"
#include "remediation/stop_event.h"

namespace secondlook {

class RetentionKeeper {
 public:
  // All must outlive it. 0 days: everything is kept.
  RetentionKeeper(SharedStore& store, std::uint32_t days, const Clock& clock, const StopEvent& stop)
      : store_(store), days_(days), clock_(clock), stop_(stop) {}

  // A round every hour until the stop.
  void start();
  // One round, for start() and tests: forgets all that is too old, then tidies up. Ends early at
  // the stop. Gives how many messages were forgotten.
  Result<std::uint64_t> keep_house();

 private:
  void work();
  Result<std::uint64_t> forget_some(Timestamp before);
  Result<void> tidy();
  // As long as the last transaction took, at least a few milliseconds. True: to be stopped.
  bool rest(std::chrono::steady_clock::duration taken) const;

  SharedStore& store_;
  const std::uint32_t days_;
  const Clock& clock_;
  const StopEvent& stop_;
  std::size_t at_once_ = 16;  // messages; follows how long they take
  std::jthread thread_;
};

}  // namespace secondlook
