// Whether the threads of a process still do what they began, as the process itself sees it: each
// says when it begins a turn and when it rests. A turn has an end by itself (timeouts, bounded
// transactions); one that takes longer than it ever may is stuck: a lock that nobody gives back, an
// answer that nobody times out. Waiting for work is no turn, however long.
//
// While no loop is stuck the process shows its pulse (schema/process_figures.h), and `serve` leaves
// it alone.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/clock.h"
#include "schema/process_figures.h"

namespace secondlook {

// Of one thread; looked at by another one.
class WatchedLoop {
 public:
  WatchedLoop(std::string name, std::chrono::milliseconds longest_turn, const Clock& clock)
      : name_(std::move(name)), longest_turn_(longest_turn), clock_(clock) {}

  void begin();  // a turn; ends the one before
  void rest();
  bool is_stuck() const;
  const std::string& name() const { return name_; }

 private:
  const std::string name_;
  const std::chrono::milliseconds longest_turn_;
  const Clock& clock_;
  std::atomic<std::uint64_t> since_{0};  // as pulse_at(); 0: at rest
};

class LoopWatch {
 public:
  // The clock must outlive it.
  explicit LoopWatch(const Clock& clock) : clock_(clock) {}

  // Before the threads start. The loop lives as long as the watch.
  WatchedLoop& add(std::string name, std::chrono::milliseconds longest_turn);

  // The first one that is stuck.
  std::optional<std::string> stuck() const;
  const Clock& clock() const { return clock_; }

 private:
  const Clock& clock_;
  std::deque<WatchedLoop> loops_;
};

// A turn that ends with its block. `loop` may be null: nobody watches.
class WatchedTurn {
 public:
  explicit WatchedTurn(WatchedLoop* loop) : loop_(loop) {
    if (loop_ != nullptr) loop_->begin();
  }
  ~WatchedTurn() {
    if (loop_ != nullptr) loop_->rest();
  }
  WatchedTurn(const WatchedTurn&) = delete;
  WatchedTurn& operator=(const WatchedTurn&) = delete;

 private:
  WatchedLoop* loop_;
};

// Shows the pulse of a process whose loops turn; of one that is stuck it says so in the log, once,
// and leaves the pulse as it is.
class PulseShown {
 public:
  // Both must outlive it.
  PulseShown(const LoopWatch& watch, Figure& pulse) : watch_(watch), pulse_(pulse) {}

  void show();

 private:
  const LoopWatch& watch_;
  Figure& pulse_;
  bool is_told_ = false;
};

// Blocks until one of the signals (blocked in all threads) comes, and shows the pulse meanwhile.
int wait_for_signal(const sigset_t& signals, PulseShown& pulse);

}  // namespace secondlook
