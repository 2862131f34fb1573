// The journal log's writer: takes finished reports from any thread, calls each one back after the
// fdatasync that holds it. Threads: one commits groups, four sync large reports before they enter a
// group (each has its own file, and a disk syncs several at once), one keeps house (writes the next
// segment ahead, frees what was recorded), and with an archive one compresses.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/random.h"
#include "base/result.h"
#include "journal_ingest/archive_thread.h"
#include "journal_ingest/archive_writer.h"
#include "journal_ingest/files.h"
#include "journal_ingest/group_commit.h"
#include "journal_ingest/log_recovery.h"
#include "journal_ingest/recording_lag.h"
#include "journal_ingest/report_body.h"
#include "journal_ingest/retention.h"
#include "journal_ingest/segment_stock.h"
#include "schema/process_figures.h"

namespace secondlook {

struct LogWriterSettings {
  std::string directory;
  std::string recorded_mark;  // file written by remediation; need not exist yet
  CommitSettings commit;
  RetentionSettings retention;
  std::size_t body_memory = 64 << 20;  // bytes that bodies may take in all before they go to files
  std::shared_ptr<IngestFigures> figures = std::make_shared<IngestFigures>();  // kept up to date
};

class LogWriter {
 public:
  // Called once for each report, on one of the writer's threads: its sequence, or `temporary`.
  // Must not block and not call the writer.
  using Done = std::function<void(Result<std::uint64_t>)>;

  // Recovers the log. `files`, `clock` and `random` must outlive the writer.
  static Result<std::unique_ptr<LogWriter>> open(LogWriterSettings settings, Files& files,
                                                 const Clock& clock, RandomSource& random);
  ~LogWriter();  // as stop()
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // Starts the threads: after the process confined itself.
  void start();
  // Finishes every report handed over, then ends the threads.
  void stop();

  // A body for a report that arrives, may outlive the writer; `expected` as declared by the peer,
  // 0: not known.
  ReportBody make_body(std::uint64_t expected);
  // body.finish() must have succeeded. Never blocks: over its bound the queue answers `temporary`.
  void append(FinishedReport report, Done done);
  // False while a report would be refused: the log is over its bound or the queue full.
  bool has_room() const;

  const std::string& log() const { return uuid_; }
  IngestFigures& figures() const { return *settings_.figures; }
  std::uint64_t next_sequence_at_start() const { return first_sequence_; }

 private:
  struct Waiting {
    FinishedReport report;
    Done done;
  };
  LogWriter(LogWriterSettings settings, RecoveredLog log, Files& files, const Clock& clock);
  void commit_groups();
  void commit_group(std::vector<Waiting> group);
  void count(const std::vector<FinishedReport>& reports,
             const std::vector<Result<std::uint64_t>>& outcomes,
             std::chrono::steady_clock::duration time);
  void sync_large_reports();
  void keep_house();
  void apply_recorded_mark();
  void free_files();
  void tell_log_size();
  void archive_segments();
  void finish_archiving(const ArchiveThread::Outcome& outcome);
  void watch_recorded_mark();
  void wake_keeper() const;
  void enqueue(Waiting waiting);
  bool large_reports_done() const;

  const LogWriterSettings settings_;
  Files& files_;
  const Clock& clock_;
  RecoveredLog log_;
  const std::string uuid_;
  const std::uint64_t first_sequence_;
  const std::shared_ptr<BodyMemory> body_memory_;
  Retention retention_;
  RecordingLag lag_;
  SegmentStock stock_;
  GroupCommit commit_;
  ArchiveWriter archive_;
  ArchiveThread archive_thread_;

  mutable std::mutex mutex_;
  std::condition_variable queue_filled_;  // or nothing more will come; the committer waits
  std::condition_variable large_filled_;  // or stopping; those who sync large reports wait
  std::deque<Waiting> queue_;
  std::deque<Waiting> large_;
  unsigned syncing_large_ = 0;
  bool stopping_ = false;
  std::atomic<std::uint64_t> queued_bytes_ = 0;
  std::atomic<std::uint64_t> queued_reports_ = 0;

  FileDescriptor wake_;   // eventfd of the keeper
  FileDescriptor watch_;  // inotify on the recorded mark's directory
  bool watching_ = false;
  std::chrono::steady_clock::time_point archive_again_{};
  std::thread committer_, keeper_;
  std::array<std::thread, 4> large_syncers_;
  std::atomic<bool> keeper_stops_ = false;
};

}  // namespace secondlook
