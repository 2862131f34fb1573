// The third thread of LogWriter: writes the next segment ahead, frees what was recorded, and gives
// the archive's thread its work.
#include <array>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/log.h"
#include "journal_ingest/log_writer.h"
#include "journal_ingest/recorded_mark.h"

namespace secondlook {
namespace {

// Without anything to wait for: the archive's age is looked at, failures are tried again.
constexpr int kCalmMilliseconds = 60'000;
constexpr int kRetryMilliseconds = 2'000;
constexpr std::chrono::minutes kArchivePause{1};

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

void drain(int descriptor) {
  alignas(inotify_event) std::array<char, 4096> buffer;
  while (::read(descriptor, buffer.data(), buffer.size()) > 0) {
  }
}

}  // namespace

// The mark is replaced by rename, so its directory is watched, which may not be there yet.
void LogWriter::watch_recorded_mark() {
  if (watching_ || settings_.recorded_mark.empty()) return;
  const std::string directory = directory_of(settings_.recorded_mark);
  watching_ =
      ::inotify_add_watch(watch_.number(), directory.c_str(), IN_MOVED_TO | IN_CLOSE_WRITE) >= 0;
}

void LogWriter::apply_recorded_mark() {
  if (settings_.recorded_mark.empty()) return;
  const auto mark = read_recorded_mark(settings_.recorded_mark);
  if (!mark) {
    if (mark.error().kind != Error::Kind::not_found)
      log_error("recorded mark not read, nothing is freed", {{"reason", mark.error().message}});
    return;
  }
  if (mark->log != uuid_) {
    log_error("recorded mark names another log, nothing is freed",
              {{"mark", mark->log}, {"log", uuid_}});
    return;
  }
  if (!retention_.set_recorded(mark->recorded)) {
    log_error("recorded mark is ahead of the log, nothing is freed",
              {{"recorded", std::to_string(mark->recorded)}});
    return;
  }
  lag_.recorded(mark->recorded);
  tell_log_size();
}

void LogWriter::free_files() {
  for (const std::string& name : retention_.take_freeable(clock_.now()))
    if (auto done = files_.unlink(log_.directory.number(), name); !done)
      log_error("journal file not freed", {{"reason", done.error().message}});
}

// The plain files go on this thread, as all freeing does. A segment that could not be compressed
// stays as it is, and is tried again after a minute.
void LogWriter::archive_segments() {
  if (const auto outcome = archive_thread_.take()) finish_archiving(*outcome);
  if (!archive_thread_.is_idle() || clock_.steady() < archive_again_) return;
  if (auto segment = retention_.next_to_archive()) archive_thread_.give(std::move(*segment));
}

void LogWriter::finish_archiving(const ArchiveThread::Outcome& outcome) {
  if (!outcome.archived) {
    retention_.give_up_archiving();
    archive_again_ = clock_.steady() + kArchivePause;
    log_error("segment not archived", {{"reason", outcome.archived.error().message}});
    return;
  }
  retention_.set_archived(outcome.segment, *outcome.archived);
  // What stays counts again, instead of the archive, from the next start on.
  if (auto done = archive_.unlink_plain(outcome.segment); !done)
    log_error("archived segment's plain file not unlinked", {{"reason", done.error().message}});
}

void LogWriter::keep_house() {
  while (!keeper_stops_) {
    watch_recorded_mark();
    apply_recorded_mark();
    free_files();
    archive_segments();
    const auto prepared = stock_.prepare();
    if (!prepared) log_error("no segment written ahead", {{"reason", prepared.error().message}});
    const bool calm = prepared && (watching_ || settings_.recorded_mark.empty());
    std::array<pollfd, 2> waits = {pollfd{wake_.number(), POLLIN, 0},
                                   pollfd{watch_.number(), POLLIN, 0}};
    ::poll(waits.data(), waits.size(), calm ? kCalmMilliseconds : kRetryMilliseconds);
    if (waits[0].revents != 0) drain(wake_.number());
    if (waits[1].revents != 0) drain(watch_.number());
  }
}

}  // namespace secondlook
