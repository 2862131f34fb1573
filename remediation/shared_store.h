// The one Store of this process behind its one lock: recorder, executor and control threads take
// turns. Graph is never asked while the lock is held, so that a slow tenant delays no recording.
//
// Transactions that wait for the lock at the same moment are committed together, with one sync of
// the disk: 32 threads that each write a step would wait for 32 syncs in a row. Each stands under a
// savepoint of its own, so that one that fails takes nothing of the others back.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "schema/store/store.h"

namespace secondlook {

class SharedStore {
 public:
  explicit SharedStore(std::unique_ptr<Store> store) : store_(std::move(store)) {}

  // Runs `work(Store&)` alone and returns its answer. Not to be called from within `work`.
  template <typename Work>
  auto with(Work&& work) {
    const std::scoped_lock lock(mutex_);
    return std::forward<Work>(work)(*store_);
  }

  // The same inside a transaction: durable when `work` (a Result) succeeded and this returns, else
  // rolled back. `work` may see what others did in the same transaction; if its commit fails, all
  // of them fail. `work` is called once, on this thread or on another one's behalf, and must not
  // throw.
  template <typename Work>
  auto in_transaction(Work&& work) -> decltype(work(std::declval<Store&>())) {
    std::optional<decltype(work(std::declval<Store&>()))> answer;
    Job job;
    job.work = [&](Store& store) {
      answer.emplace(work(store));
      return answer->has_value();
    };
    commit(job);
    if (job.error) return *std::move(job.error);
    return *std::move(answer);
  }

 private:
  struct Job {
    std::function<bool(Store&)> work;  // false: roll back what it did
    std::optional<Error> error;        // the transaction's, not the work's own
    bool is_done = false;
  };

  // Blocks until the job is done, by this thread or by the one that leads.
  void commit(Job& job);
  void lead();
  Result<void> run_together(const std::vector<Job*>& jobs);

  std::mutex mutex_;  // of the store
  std::unique_ptr<Store> store_;

  std::mutex waiting_mutex_;  // taken after mutex_ where both are
  std::condition_variable done_;
  std::vector<Job*> waiting_;
  bool has_leader_ = false;
};

}  // namespace secondlook
