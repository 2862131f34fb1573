#include "journal_ingest/log_recovery.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/system_error.h"
#include "schema/journal_log/segment_file.h"

namespace secondlook {
namespace {

// Where a segment's records end.
struct SegmentEnd {
  std::uint64_t next_sequence = 0;
  std::uint64_t offset = 0;
};

// The highest sequence that records behind `offset` testify to have been synced before them.
Result<std::uint64_t> testified_durable(const SegmentFile& segment, std::uint64_t offset) {
  std::uint64_t highest = 0;
  for (;;) {
    auto record = segment.find_record(offset);
    if (!record && record.error().kind == Error::Kind::not_found) return highest;
    if (!record) return record.error();
    highest = std::max(highest, record->header.known_durable);
    offset = record->next_offset();
  }
}

// One step past damage at `end`, whole records sought from `search` on: nothing when it is the torn
// tail of a group nobody acknowledged.
Result<std::optional<SegmentEnd>> step_over_damage(const SegmentFile& segment, SegmentEnd end,
                                                   std::uint64_t search, std::uint64_t published) {
  auto testified = testified_durable(segment, search);
  if (!testified) return testified.error();
  if (std::max(*testified, published) < end.next_sequence) return std::optional<SegmentEnd>();
  auto found = segment.find_record(search);
  while (found && found->header.sequence < end.next_sequence)
    found = segment.find_record(found->next_offset());
  if (!found && found.error().kind != Error::Kind::not_found) return found.error();
  if (!found) return std::optional<SegmentEnd>();
  log_error("journal log damaged", {{"segment", std::to_string(segment.header().segment)},
                                    {"first_lost", std::to_string(end.next_sequence)},
                                    {"next_whole", std::to_string(found->header.sequence)}});
  return std::optional(SegmentEnd{found->header.sequence, found->offset});
}

// A record whose report file is not there belongs to a group that failed.
bool has_its_report(const RecordHeader& header, int directory) {
  if (!header.report_in_own_file) return true;
  const auto file =
      LogFile::open(directory, report_file_name(header.sequence), header.log, header.sequence);
  const auto size = file ? file->size() : Result<std::uint64_t>(file.error());
  return size && *size == header.report_length;
}

Result<SegmentEnd> find_end(const SegmentFile& segment, int directory, std::uint64_t published) {
  SegmentEnd end{segment.header().first_sequence, kSegmentHeaderBytes};
  for (;;) {
    auto record = segment.record_at(end.offset);
    if (!record && record.error().kind == Error::Kind::temporary) return record.error();
    const bool expected = record && record->header.sequence == end.next_sequence;
    if (expected && has_its_report(record->header, directory)) {
      end = {end.next_sequence + 1, record->next_offset()};
      continue;
    }
    const std::uint64_t search = expected ? record->next_offset() : end.offset;
    auto stepped = step_over_damage(segment, end, search, published);
    if (!stepped) return stepped.error();
    if (!stepped->has_value()) return end;
    end = **stepped;
  }
}

// Gives back the zeros that were written ahead. Anything else behind the end is left as it is: the
// next segment's first sequence makes it void.
Result<void> cut_behind(const SegmentFile& segment, std::uint64_t offset, int directory,
                        Files& files) {
  if (segment.is_archived()) return {};
  auto zeros = segment.only_zeros_behind(offset);
  if (!zeros) return zeros.error();
  const std::string name = segment_file_name(segment.header().segment);
  if (!*zeros) {
    log_warning("torn tail of the journal log set aside",
                {{"segment", name}, {"offset", std::to_string(offset)}});
    return {};
  }
  auto file = open_file_at(directory, name, O_WRONLY);
  if (!file) return file.error();
  return files.truncate(file->number(), offset);
}

Result<void> lock_directory(int directory, const std::string& path) {
  if (::flock(directory, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno == EWOULDBLOCK) return forbidden(path + ": another process writes this log");
  return last_system_error("lock " + path);
}

// Directories just made have their names only in the page cache. One that may not be opened was not
// made by this process.
Result<void> sync_directories_above(const std::string& path) {
  std::error_code failed;
  for (auto above = std::filesystem::absolute(path, failed).lexically_normal();
       above.has_relative_path(); above = above.parent_path()) {
    const auto synced = sync_directory(above.parent_path().string());
    if (!synced && synced.error().kind != Error::Kind::forbidden) return synced;
  }
  return {};
}

Result<LogName> begin_log(const std::string& path, RandomSource& random) {
  if (auto synced = sync_directories_above(path); !synced) return synced.error();
  const auto name = parse_log_name(make_uuid(random));
  if (!name) return internal("random source gives no UUID");
  if (auto written =
          replace_file(path + "/" + kDurableEndFile, encode_durable_end({*name, 0, 0, 0}), 0640);
      !written)
    return written.error();
  if (auto written = replace_file(path + "/" + kLogNameFile, encode_log_name_file(*name), 0640);
      !written)
    return written.error();
  log_info("journal log begun", {{"log", to_uuid(*name)}, {"directory", path}});
  return *name;
}

Result<LogName> read_or_begin(const std::string& path, int directory, RandomSource& random) {
  auto content = read_file(path + "/" + kLogNameFile, 4096);
  if (content) {
    auto name = decode_log_name_file(*content);
    return name ? std::move(name) : within(path + "/" + kLogNameFile, name.error());
  }
  if (content.error().kind != Error::Kind::not_found) return content.error();
  auto segments = list_segments(directory);
  if (!segments) return segments.error();
  if (!segments->empty())
    return malformed(path + ": segments without the file \"" + kLogNameFile +
                     "\" that names their log");
  return begin_log(path, random);
}

// Trusted as a lower bound only: after a power cut it may be older than the segments.
std::uint64_t published_sequence(const RecoveredLog& log) {
  char bytes[kDurableEndBytes];
  if (::pread(log.durable_end.number(), bytes, sizeof bytes, 0) != sizeof bytes) return 0;
  const auto end = decode_durable_end({bytes, sizeof bytes});
  return end && end->log == log.log ? end->sequence : 0;
}

struct FoundFile {
  std::uint64_t bytes = 0;
  bool archived = false;
};

// Bytes on the disk. Where the plain file and its archive are both there, a crash came before the
// plain one was to go: it counts, and is archived anew.
Result<FoundFile> look_at(int directory, const std::string& name, Files& files) {
  struct stat plain {};
  struct stat archive {};
  const bool has_plain = ::fstatat(directory, name.c_str(), &plain, 0) == 0;
  const bool has_archive = ::fstatat(directory, archived_name(name).c_str(), &archive, 0) == 0;
  if (has_plain && has_archive)
    if (auto gone = files.unlink(directory, archived_name(name)); !gone) return gone.error();
  if (has_plain) return FoundFile{static_cast<std::uint64_t>(plain.st_size), false};
  return FoundFile{static_cast<std::uint64_t>(has_archive ? archive.st_size : 0), true};
}

// Opens every segment's head; the newest valid one is returned, too.
Result<std::optional<SegmentFile>> survey_segments(RecoveredLog& log, Files& files) {
  auto numbers = list_segments(log.directory.number());
  if (!numbers) return numbers.error();
  std::optional<SegmentFile> newest;
  for (const std::uint64_t number : *numbers) {
    log.next_segment = number + 1;
    auto segment = SegmentFile::open(log.directory.number(), number, log.log);
    if (segment) {
      auto found = look_at(log.directory.number(), segment_file_name(number), files);
      if (!found) return found.error();
      const SegmentHeader& header = segment->header();
      log.segments.push_back(
          {number, header.first_sequence, header.opened_at, found->bytes, found->archived});
      newest = std::move(*segment);
    } else if (segment.error().kind == Error::Kind::not_found) {
      auto gone = files.unlink(log.directory.number(), segment_file_name(number));
      if (!gone) return gone.error();
    } else if (segment.error().kind == Error::Kind::temporary) {
      return segment.error();
    } else {
      log_error("journal log segment left out", {{"reason", segment.error().message}});
    }
  }
  return newest;
}

// Report files beyond the end were never acknowledged; the others are counted.
Result<void> survey_reports(RecoveredLog& log, Files& files) {
  auto sequences = list_report_files(log.directory.number());
  if (!sequences) return sequences.error();
  for (const std::uint64_t sequence : *sequences) {
    const std::string name = report_file_name(sequence);
    if (sequence >= log.next_sequence) {
      if (auto gone = files.unlink(log.directory.number(), name); !gone) return gone;
      continue;
    }
    auto found = look_at(log.directory.number(), name, files);
    if (!found) return found.error();
    log.reports[sequence] = {found->bytes, found->archived};
  }
  return {};
}

Result<void> find_end_of_log(RecoveredLog& log, Files& files) {
  auto newest = survey_segments(log, files);
  if (!newest) return newest.error();
  const std::uint64_t published = published_sequence(log);
  if (newest->has_value()) {
    // After a killed process the page cache shows records that no sync has reached yet: readers are
    // told of them soon, so they have to be on the disk first.
    const LogFile& file = (*newest)->file();
    if (!file.is_archived())
      if (auto synced = files.sync_data(file.descriptor().number()); !synced) return synced;
    auto end = find_end(**newest, log.directory.number(), published);
    if (!end) return end.error();
    if (auto cut = cut_behind(**newest, end->offset, log.directory.number(), files); !cut)
      return cut;
    if (!(*newest)->is_archived()) log.segments.back().bytes = end->offset;
    log.next_sequence = end->next_sequence;
  }
  if (published >= log.next_sequence) {
    log_error("acknowledged records are missing from the journal log",
              {{"first", std::to_string(log.next_sequence)}, {"last", std::to_string(published)}});
    log.next_sequence = published + 1;
  }
  return survey_reports(log, files);
}

}  // namespace

Result<RecoveredLog> recover_log(const std::string& path, Files& files, RandomSource& random) {
  if (auto made = make_directories(path, 0750); !made) return made.error();
  auto directory = open_file(path, O_RDONLY | O_DIRECTORY);
  if (!directory) return directory.error();
  RecoveredLog log;
  log.directory = std::move(*directory);
  if (auto locked = lock_directory(log.directory.number(), path); !locked) return locked.error();
  auto name = read_or_begin(path, log.directory.number(), random);
  if (!name) return name.error();
  log.log = *name;
  auto durable = open_file_at(log.directory.number(), kDurableEndFile, O_RDWR | O_CREAT, 0640);
  if (!durable) return durable.error();
  log.durable_end = std::move(*durable);
  if (auto found = find_end_of_log(log, files); !found) return within(path, found.error());
  if (auto synced = files.sync_all(log.directory.number()); !synced) return synced.error();
  return log;
}

}  // namespace secondlook
