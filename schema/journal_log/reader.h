// Follows a journal log from another process than the one that writes it (ingest). Format, byte by
// byte: schema/journal_log/README.md. A reader never passes the durable end that ingest publishes,
// verifies every record's CRC-32C, and never changes a file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

// A record's header, decoded, and where the report's bytes stand in their segment file.
struct JournalRecord {
  std::uint64_t sequence = 0;  // 1, 2, 3 ... without gaps
  std::uint32_t crc = 0;
  Timestamp received_at{};
  std::string peer;  // IP address
  std::string tenant;
  std::string mail_from;                // without angle brackets; empty: null reverse path
  std::vector<std::string> recipients;  // RCPT TO
  std::string tls_version;              // "TLSv1.3"; empty: plain
  std::uint64_t segment = 0;            // which file: only for segment_descriptor(), see there
  std::uint64_t report_offset = 0;      // bytes from the start of that file
  std::uint64_t report_length = 0;
  std::string helo;              // what the peer called itself; not verified
  std::string notes;             // words: "bare-lf" "bare-cr" (schema/journal_log/README.md)
  std::uint64_t in_segment = 0;  // for people: the segment that holds the record, plain or archived
  std::uint64_t record_offset = 0;  // and where in its plain form the record begins
};

// JournalRecord::segment of a report that stands in its own file: this bit and the sequence.
inline constexpr std::uint64_t kReportFileBit = 1ULL << 63;
// The same of a report in an archived segment: the descriptor is of a file in memory with the
// report alone, report_offset is 0. To be asked for before 1,024 further records are read.
inline constexpr std::uint64_t kArchivedBit = 1ULL << 62;

class JournalLogReader {
 public:
  // not_found: no log there yet. The directory is opened once; files are opened relative to it.
  static Result<JournalLogReader> open(const std::string& directory);
  // As above for who reads once and goes: without notification_descriptor(), which costs an inotify
  // instance (few are to be had) and milliseconds when it is closed.
  static Result<JournalLogReader> open_to_the_end(const std::string& directory);
  JournalLogReader(JournalLogReader&&) noexcept;
  JournalLogReader& operator=(JournalLogReader&&) noexcept;
  ~JournalLogReader();

  const std::string& log() const;  // the log's UUID
  // Highest sequence that may be read, as last published (re-read at each call).
  Result<std::uint64_t> durable_sequence();
  // Lowest sequence that a segment still holds. 0: not known, since the oldest segment's head
  // cannot be read; then its records are damaged, not gone, and must not be passed over.
  Result<std::uint64_t> oldest_sequence() const;
  // Readable (poll) after the durable end moved; drained by drain_notifications(). -1 of a reader
  // that was opened to the end only.
  int notification_descriptor() const;
  void drain_notifications();

  // The next record is the one after `sequence`; 0 starts at the oldest kept. not_found: that
  // record was freed already. A sequence that is not durable yet is no error: next() waits for it.
  Result<void> seek_after(std::uint64_t sequence);
  // Nothing: the durable end is reached. malformed: the record is damaged or gone. Records and
  // malformed errors together come one for each sequence, in order and without gaps, so the caller
  // knows which sequence an error stands for; the next call goes on behind it. Other errors (disk)
  // leave the reader where it is.
  Result<std::optional<JournalRecord>> next();
  // Sequence that the next call of next() is about.
  std::uint64_t next_sequence() const;
  // Read-only, for mapping or for passing to a worker; belongs to the reader and stays open until
  // 32 other files were asked for, or 2 GiB of archived reports.
  Result<int> segment_descriptor(std::uint64_t segment);

 private:
  struct State;
  explicit JournalLogReader(State state);
  std::unique_ptr<State> state_;
};

// The bytes of one report, mapped read-only; valid as long as this lives. `descriptor` may be
// closed afterwards. Works for any file (scan): offset need not be page-aligned.
class MappedBytes {
 public:
  static Result<MappedBytes> map(int descriptor, std::uint64_t offset, std::uint64_t length);
  MappedBytes(MappedBytes&& other) noexcept;
  MappedBytes& operator=(MappedBytes&& other) noexcept;
  ~MappedBytes();
  std::string_view bytes() const { return bytes_; }

 private:
  MappedBytes() = default;
  void* base_ = nullptr;
  std::size_t mapped_ = 0;
  std::string_view bytes_;
};

}  // namespace secondlook
