// The thread on which the archive is compressed: SCHED_IDLE, and it shares no lock with the
// commits, so that they never wait for it. The keeper gives it one segment at a time and fetches
// what came of it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "journal_ingest/archive_writer.h"

namespace secondlook {

class ArchiveThread {
 public:
  struct Outcome {
    SegmentToArchive segment;
    Result<ArchivedSegment> archived;
  };

  // `writer` must outlive it. `finished` is called on the thread after each segment; it must not
  // block.
  ArchiveThread(ArchiveWriter& writer, std::function<void()> finished)
      : writer_(writer), finished_(std::move(finished)) {}
  ~ArchiveThread() { stop(); }
  ArchiveThread(const ArchiveThread&) = delete;
  ArchiveThread& operator=(const ArchiveThread&) = delete;

  void start();
  void stop();  // gives up the segment it is at

  bool is_idle() const;
  void give(SegmentToArchive segment);  // while it is idle
  std::optional<Outcome> take();

 private:
  void run();

  ArchiveWriter& writer_;
  const std::function<void()> finished_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<SegmentToArchive> given_;
  std::optional<Outcome> outcome_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace secondlook
