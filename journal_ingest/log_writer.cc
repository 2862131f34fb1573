#include "journal_ingest/log_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/log.h"
#include "base/system_error.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostInMemory = 1 << 20;  // bytes of one report
constexpr std::size_t kLargestGroup = 1024;     // reports
constexpr std::uint64_t kMostQueuedBytes = 512ULL << 20;
constexpr std::uint64_t kMostQueuedReports = 20'000;

// A quarter of a segment at most, so that a record with the longest envelope always fits.
std::size_t memory_limit(std::uint64_t segment_bytes) {
  return static_cast<std::size_t>(std::min<std::uint64_t>(kMostInMemory, segment_bytes / 4));
}

std::uint64_t bytes_in_memory(const FinishedReport& report) {
  return report.body.in_file() ? 0 : report.body.size();
}

}  // namespace

Result<std::unique_ptr<LogWriter>> LogWriter::open(LogWriterSettings settings, Files& files,
                                                   const Clock& clock, RandomSource& random) {
  auto log = recover_log(settings.directory, files, random);
  if (!log) return within("journal log", log.error());
  std::unique_ptr<LogWriter> writer(
      new LogWriter(std::move(settings), std::move(*log), files, clock));
  writer->wake_ = FileDescriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  writer->watch_ = FileDescriptor(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!writer->wake_.is_open() || !writer->watch_.is_open())
    return last_system_error("journal log: wake-up descriptors");
  writer->watch_recorded_mark();
  if (auto published = writer->commit_.publish(); !published) return published.error();
  return writer;
}

LogWriter::LogWriter(LogWriterSettings settings, RecoveredLog log, Files& files, const Clock& clock)
    : settings_(std::move(settings)),
      files_(files),
      clock_(clock),
      log_(std::move(log)),
      uuid_(to_uuid(log_.log)),
      first_sequence_(log_.next_sequence),
      body_memory_(std::make_shared<BodyMemory>(settings_.body_memory)),
      retention_(settings_.retention),
      lag_(log_.next_sequence - 1, clock.now()),
      stock_(files, log_.directory.number(), settings_.commit.segment_bytes),
      commit_(log_, settings_.commit, files, clock, retention_, stock_),
      archive_(files, log_.directory.number(), log_.log),
      archive_thread_(archive_, [this] { wake_keeper(); }) {
  retention_.restore(log_.segments, log_.reports, log_.next_sequence - 1);
  settings_.figures->durable_sequence.set(log_.next_sequence - 1);
  settings_.figures->unrecorded_limit.set(settings_.commit.max_unrecorded_bytes);
  tell_log_size();
}

LogWriter::~LogWriter() {
  stop();
}

void LogWriter::start() {
  committer_ = std::thread([this] { commit_groups(); });
  for (std::thread& syncer : large_syncers_) syncer = std::thread([this] { sync_large_reports(); });
  keeper_ = std::thread([this] { keep_house(); });
  if (settings_.retention.archive.count() > 0) archive_thread_.start();
}

void LogWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  queue_filled_.notify_one();
  large_filled_.notify_all();
  archive_thread_.stop();
  keeper_stops_ = true;
  wake_keeper();
  for (std::thread& syncer : large_syncers_)
    if (syncer.joinable()) syncer.join();
  for (std::thread* thread : {&committer_, &keeper_})
    if (thread->joinable()) thread->join();
  commit_.close();
}

ReportBody LogWriter::make_body(std::uint64_t expected) {
  return {files_, log_.directory.number(), memory_limit(settings_.commit.segment_bytes), expected,
          body_memory_};
}

bool LogWriter::has_room() const {
  return queued_bytes_ < kMostQueuedBytes && queued_reports_ < kMostQueuedReports &&
         retention_.unrecorded_bytes() < settings_.commit.max_unrecorded_bytes;
}

void LogWriter::append(FinishedReport report, Done done) {
  if (queued_bytes_ >= kMostQueuedBytes || queued_reports_ >= kMostQueuedReports) {
    done(temporary("journal log: queue full"));
    return;
  }
  queued_bytes_ += bytes_in_memory(report);
  ++queued_reports_;
  enqueue({std::move(report), std::move(done)});
}

void LogWriter::enqueue(Waiting waiting) {
  const bool is_large = waiting.report.body.in_file();
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    auto& queue = is_large ? large_ : queue_;
    was_empty = queue.empty();
    queue.push_back(std::move(waiting));
  }
  // A thread that works looks at its queue again before it waits.
  if (was_empty) (is_large ? large_filled_ : queue_filled_).notify_one();
}

bool LogWriter::large_reports_done() const {
  return large_.empty() && syncing_large_ == 0;
}

void LogWriter::commit_groups() {
  for (;;) {
    std::vector<Waiting> group;
    {
      std::unique_lock lock(mutex_);
      queue_filled_.wait(lock,
                         [&] { return !queue_.empty() || (stopping_ && large_reports_done()); });
      if (queue_.empty()) return;
      const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), kLargestGroup));
      group.assign(std::make_move_iterator(queue_.begin()),
                   std::make_move_iterator(queue_.begin() + count));
      queue_.erase(queue_.begin(), queue_.begin() + count);
    }
    commit_group(std::move(group));
    if (stock_.is_empty()) wake_keeper();
  }
}

void LogWriter::commit_group(std::vector<Waiting> group) {
  std::vector<FinishedReport> reports;
  reports.reserve(group.size());
  for (Waiting& waiting : group) {
    queued_bytes_ -= bytes_in_memory(waiting.report);
    --queued_reports_;
    reports.push_back(std::move(waiting.report));
  }
  const auto begun = clock_.steady();
  auto outcomes = commit_.commit(reports);
  count(reports, outcomes, clock_.steady() - begun);
  const auto failed =
      std::find_if(outcomes.begin(), outcomes.end(), [](const auto& outcome) { return !outcome; });
  if (failed != outcomes.end())
    log_error("reports not accepted", {{"reason", failed->error().message}});
  for (std::size_t i = 0; i < group.size(); ++i) group[i].done(std::move(outcomes[i]));
}

void LogWriter::count(const std::vector<FinishedReport>& reports,
                      const std::vector<Result<std::uint64_t>>& outcomes,
                      std::chrono::steady_clock::duration time) {
  IngestFigures& figures = *settings_.figures;
  figures.commit.observe(std::chrono::duration_cast<std::chrono::microseconds>(time));
  for (std::size_t i = 0; i < reports.size(); ++i) {
    if (!outcomes[i]) continue;
    figures.reports.add();
    figures.report_bytes.add(reports[i].body.size());
    figures.last_report_at.set(reports[i].received_at);
  }
  figures.durable_sequence.set(commit_.next_sequence() - 1);
  lag_.written(commit_.next_sequence() - 1, clock_.now());
  tell_log_size();
}

void LogWriter::tell_log_size() {
  settings_.figures->unrecorded_bytes.set(retention_.unrecorded_bytes());
  const auto oldest = lag_.oldest();
  settings_.figures->oldest_unrecorded_at.set(oldest.value_or(Timestamp{}));
}

void LogWriter::sync_large_reports() {
  std::unique_lock lock(mutex_);
  for (;;) {
    large_filled_.wait(lock, [&] { return !large_.empty() || stopping_; });
    if (large_.empty()) return;
    Waiting waiting = std::move(large_.front());
    large_.pop_front();
    ++syncing_large_;
    lock.unlock();
    if (auto synced = files_.sync_all(waiting.report.body.file().number()); !synced) {
      log_error("large report not synced", {{"reason", synced.error().message}});
      --queued_reports_;
      waiting.done(temporary("journal log: " + synced.error().message));
      lock.lock();
    } else {
      lock.lock();
      queue_.push_back(std::move(waiting));
    }
    --syncing_large_;
    queue_filled_.notify_one();
  }
}

void LogWriter::wake_keeper() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_.number(), &one, sizeof one);
}

}  // namespace secondlook
