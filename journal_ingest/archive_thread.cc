#include "journal_ingest/archive_thread.h"

#include <utility>

#include <sched.h>

#include "base/log.h"

namespace secondlook {

void ArchiveThread::start() {
  thread_ = std::thread([this] { run(); });
}

void ArchiveThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool ArchiveThread::is_idle() const {
  const std::lock_guard lock(mutex_);
  return !given_ && !outcome_;
}

void ArchiveThread::give(SegmentToArchive segment) {
  {
    const std::lock_guard lock(mutex_);
    given_ = std::move(segment);
  }
  changed_.notify_all();
}

std::optional<ArchiveThread::Outcome> ArchiveThread::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(outcome_, std::nullopt);
}

void ArchiveThread::run() {
  const sched_param none{};
  if (::sched_setscheduler(0, SCHED_IDLE, &none) != 0) log_warning("archive not at idle priority");
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return given_ || stopping_; });
    if (stopping_) return;
    const SegmentToArchive segment = *given_;
    lock.unlock();
    auto archived = writer_.compress(segment, stopping_);
    lock.lock();
    given_.reset();
    outcome_.emplace(Outcome{segment, std::move(archived)});
    finished_();
  }
}

}  // namespace secondlook
