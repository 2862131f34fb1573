// Which step is worked on next: those whose time has come, newest first, begun ones before all
// (they only have to be looked at), verifications behind all, and never two of one mailbox at a
// time, so that what happens to a mailbox happens in order. Bounded: at most kMostDueSteps of a
// kind are held in memory, the rest waits in the database. Waiting is on a condition variable until
// somebody wakes it or a step is due.
//
// The database is read for many steps at once: when something was planned or done since, but while
// there is work at hand at most every kFreshFor, so that 10,000 waiting steps are not read again
// for each of them. So long may a step that has just been planned wait for the others at hand.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "remediation/shared_store.h"

namespace secondlook {

class StepQueue {
 public:
  static constexpr std::size_t kMostDueSteps = 1024;
  static constexpr std::chrono::milliseconds kFreshFor{100};

  // Both must outlive it.
  StepQueue(SharedStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  // Blocks until a step may be worked on; nothing once the queue is closed. Whoever takes a step
  // gives it back with done(). Not to be called while the store's lock is held.
  std::optional<Step> take();
  // Without waiting: nothing when no step may be worked on now.
  std::optional<Step> take_if_any();
  // `failed`: the step could not be written; its mailbox rests for a second.
  void done(const Step& step, bool failed);
  // Something was planned or released.
  void wake();
  void close();
  bool is_closed();

  struct Changes {
    std::uint64_t seen = 0;     // to ask on with
    std::vector<StepId> steps;  // done since
    bool missed = false;        // more than kMostRemembered were: look at all
  };
  static constexpr std::size_t kMostRemembered = 4096;
  // Grows with each done().
  std::uint64_t changes();
  // What was done since `seen`; waits for it, `timeout` at most.
  Changes wait_for_change(std::uint64_t seen, std::chrono::milliseconds timeout);
  // True when no step is being worked on, `timeout` at most.
  bool wait_until_idle(std::chrono::milliseconds timeout);

 private:
  std::optional<Step> pick();
  Result<void> refill();
  void refill_if_stale(Timestamp now);
  std::optional<Step> take_now();
  std::chrono::milliseconds pause_until_next() const;

  SharedStore& store_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable work_;     // for take()
  std::condition_variable changed_;  // for those who wait for steps to end
  std::vector<Step> due_;
  std::set<std::string> busy_mailboxes_;
  std::set<StepId> under_way_;
  std::optional<Timestamp> next_due_;
  Timestamp refilled_at_{};
  bool is_stale_ = true;
  bool is_closed_ = false;
  std::uint64_t changes_ = 0;
  std::deque<StepId> recent_;  // the last ones done
};

}  // namespace secondlook
