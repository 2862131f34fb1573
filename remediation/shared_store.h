// The one Store of this process behind its one lock: recorder, executor and control threads take
// turns. Graph is never asked while the lock is held, so that a slow tenant delays no recording.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

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

  // The same inside one transaction: committed when `work` (a Result) succeeded, else rolled back.
  template <typename Work>
  auto in_transaction(Work&& work) -> decltype(work(std::declval<Store&>())) {
    const std::scoped_lock lock(mutex_);
    auto transaction = store_->begin();
    if (!transaction) return transaction.error();
    auto answer = std::forward<Work>(work)(*store_);
    if (!answer) return answer;
    if (auto committed = (*transaction)->commit(); !committed) return committed.error();
    return answer;
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<Store> store_;
};

}  // namespace secondlook
