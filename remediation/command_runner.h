// Carries retract and restore from the database to steps, a bounded number of messages a
// transaction, whether the operator still listens or not; a restart goes on where the last
// transaction ended. Also closes commands whose steps have all ended (with a row in the audit), and
// those that waited for approval too long. Works on a thread of its own; every open command gets
// its turn, so that a large one does not hold up a small one.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "remediation/released_mails.h"
#include "remediation/step_context.h"
#include "remediation/step_queue.h"
#include "schema/loop_watch.h"

namespace secondlook {

class CommandRunner {
 public:
  // So many messages a transaction: recording goes on in between.
  static constexpr std::size_t kMessagesAtOnce = 64;

  // All must outlive it.
  CommandRunner(SharedStore& store, const Tenants& tenants, StepQueue& queue,
                ReleasedMails& released, const Clock& clock)
      : store_(store), tenants_(tenants), queue_(queue), released_(released), clock_(clock) {}
  ~CommandRunner() { stop(); }

  // `loop` must outlive it; null: nobody watches.
  void start(WatchedLoop* loop = nullptr);
  void stop();
  // There is a new command, or one was approved.
  void wake();

  // One turn: a transaction of planning for each command that has messages left, and what is to be
  // closed. True: messages are left. What start()'s thread does; for tests.
  Result<bool> take_turn();

  // How many connections are being told how a command goes; each counts itself.
  std::atomic<unsigned>& listeners() { return listeners_; }

  // Closes the command if its steps have all ended: a row in the audit says how. Else nothing.
  Result<void> close_if_ended(std::int64_t id);

 private:
  void work(WatchedLoop* loop);
  Result<void> plan_some(const HandCommand& command);
  Result<void> expire(const HandCommand& command);
  Result<void> keep_released(const HandCommand& command, const std::vector<MessageRowId>& messages);

  SharedStore& store_;
  const Tenants& tenants_;
  StepQueue& queue_;
  ReleasedMails& released_;
  const Clock& clock_;
  std::atomic<unsigned> listeners_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_woken_ = false;
  bool is_stopped_ = false;
  std::jthread thread_;
};

// {"messages": n, "copies": n, "states": {...}, "skipped": n}: what the audit keeps of an end.
Result<std::string> outcome_of_command(Store& store, const HandCommand& command);

// The row that tells how a command ended, by the hand of those who asked for it. To be logged.
Result<AuditRow> append_outcome(Store& store, const HandCommand& command, Timestamp now,
                                const std::string& outcome);

}  // namespace secondlook
