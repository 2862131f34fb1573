#include "remediation/shared_store.h"

namespace secondlook {

void SharedStore::commit(Job& job) {
  std::unique_lock lock(waiting_mutex_);
  waiting_.push_back(&job);
  done_.wait(lock, [&] { return job.is_done || !has_leader_; });
  if (job.is_done) return;
  has_leader_ = true;
  lock.unlock();
  lead();
}

// What came while the store was busy goes along.
void SharedStore::lead() {
  const std::scoped_lock store_lock(mutex_);
  std::vector<Job*> jobs;
  {
    const std::scoped_lock lock(waiting_mutex_);
    jobs.swap(waiting_);
  }
  const auto together = run_together(jobs);
  const std::scoped_lock lock(waiting_mutex_);
  for (Job* job : jobs) {
    if (!together) job->error = together.error();
    job->is_done = true;
  }
  has_leader_ = false;
  done_.notify_all();
}

Result<void> SharedStore::run_together(const std::vector<Job*>& jobs) {
  auto transaction = store_->begin();
  if (!transaction) return transaction.error();
  for (Job* job : jobs) {
    auto savepoint = store_->begin_nested();
    if (!savepoint) return savepoint.error();
    if (!job->work(*store_)) continue;  // the savepoint rolls back
    if (auto kept = (*savepoint)->commit(); !kept) return kept;
  }
  return (*transaction)->commit();
}

}  // namespace secondlook
