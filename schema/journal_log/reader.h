// Follows a journal log from another process than the one that writes it (ingest). Format, byte by
// byte: schema/README.md. A reader never passes the durable end that ingest publishes, verifies
// every record's CRC-32C, and never changes a file.
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
  std::uint64_t segment = 0;
  std::uint64_t report_offset = 0;  // bytes from the start of the segment file
  std::uint64_t report_length = 0;
};

class JournalLogReader {
 public:
  // not_found: no log there yet. The directory is opened once; files are opened relative to it.
  static Result<JournalLogReader> open(const std::string& directory);
  JournalLogReader(JournalLogReader&&) noexcept;
  JournalLogReader& operator=(JournalLogReader&&) noexcept;
  ~JournalLogReader();

  const std::string& log() const;  // the log's UUID
  // Highest sequence that may be read, as last published (re-read at each call).
  Result<std::uint64_t> durable_sequence();
  // Readable (poll) after the durable end moved; drained by drain_notifications().
  int notification_descriptor() const;
  void drain_notifications();

  // The next record is the one after `sequence`; 0 starts at the oldest kept.
  Result<void> seek_after(std::uint64_t sequence);
  // Nothing: the durable end is reached. malformed: this record is damaged (its header says which
  // one, where possible); the next call goes on behind it.
  Result<std::optional<JournalRecord>> next();
  // Read-only, for mapping or for passing to a worker; kept open and shared by the reader.
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
