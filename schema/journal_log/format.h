// The bytes of the journal log, as writer (journal_ingest) and reader share them. The table of
// bytes stands in schema/journal_log/README.md; the two are changed together or not at all.
// All numbers are little-endian. Values only: no file is touched here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook {

inline constexpr std::uint16_t kJournalFormat = 1;
inline constexpr std::string_view kRecordMagic = "SLJR";
inline constexpr std::size_t kSegmentHeaderBytes = 64;
inline constexpr std::size_t kRecordHeaderBytes = 72;
inline constexpr std::size_t kDurableEndBytes = 64;
inline constexpr std::size_t kRecordAlignment = 8;  // each record begins at a multiple of it

// Bounds of what a record may hold; a record beyond them is damaged.
inline constexpr std::size_t kMostRecipients = 100;
inline constexpr std::size_t kLongestField = 1000;         // bytes, each field of the envelope
inline constexpr std::size_t kLongestEnvelope = 48 << 10;  // bytes, all fields encoded
inline constexpr std::uint64_t kLongestReport = 1ULL << 40;

// The log's name: 16 random bytes, written as a UUID.
struct LogName {
  std::array<char, 16> bytes{};
  std::string_view view() const { return {bytes.data(), bytes.size()}; }
  bool operator==(const LogName&) const = default;
};
std::optional<LogName> parse_log_name(std::string_view uuid);
std::string to_uuid(const LogName& name);

// --- file names, relative to the journal directory ---
inline constexpr const char* kLogNameFile = "log";
inline constexpr const char* kDurableEndFile = "durable_end";
std::string segment_file_name(std::uint64_t segment);  // "0000000001.segment"
std::string report_file_name(std::uint64_t sequence);  // "00000000000000000001.report"
std::string archived_name(const std::string& name);    // with ".zst" behind it
// Both forms of a name, plain and archived, are read by the two with `any`.
std::optional<std::uint64_t> parse_segment_file_name(std::string_view name);
std::optional<std::uint64_t> parse_report_file_name(std::string_view name);
std::optional<std::uint64_t> parse_any_segment_file_name(std::string_view name);
std::optional<std::uint64_t> parse_any_report_file_name(std::string_view name);
std::string encode_log_name_file(const LogName& name);
Result<LogName> decode_log_name_file(std::string_view content);

// --- the head of a segment ---
struct SegmentHeader {
  LogName log;
  std::uint64_t segment = 0;
  std::uint64_t first_sequence = 0;  // of its first record, be it written yet or not
  Timestamp opened_at{};
};
std::string encode_segment_header(const SegmentHeader& header);
// not_found: all zeros, or shorter: a segment that was never put into use.
Result<SegmentHeader> decode_segment_header(std::string_view bytes);

// --- a record ---
struct RecordEnvelope {
  std::string peer;    // IP address
  std::string tenant;  // by the journal address
  std::string mail_from;
  std::vector<std::string> recipients;
  std::string tls_version;
  std::string helo;
  std::string notes;  // words, e.g. "bare-lf bare-cr"; see README.md
};

struct RecordHeader {
  bool report_in_own_file = false;  // report_file_name(sequence), from its first byte
  std::uint32_t crc = 0;            // over header, envelope and, unless in its own file, the report
  std::uint32_t envelope_length = 0;
  LogName log;
  std::uint64_t sequence = 0;
  std::uint64_t report_length = 0;
  Timestamp received_at{};
  std::uint64_t known_durable = 0;  // highest sequence already synced when this was written
  std::uint32_t report_crc = 0;     // CRC-32C of the report's bytes alone

  // Bytes in the segment without padding, and with it (where the next record begins).
  std::uint64_t stored_length() const;
  std::uint64_t padded_length() const;
};

// Fields longer than kLongestField are cut; recipients must not be more than kMostRecipients.
std::string encode_envelope(const RecordEnvelope& envelope);
Result<RecordEnvelope> decode_envelope(std::string_view bytes);

// What a record's checksum begins with: it belongs to this segment of this log and to no other.
std::uint32_t checksum_seed(const LogName& log, std::uint64_t segment);

// Header (with its crc filled in) and envelope; the report's bytes follow it, then padding zeros.
std::string encode_record_head(RecordHeader header, std::string_view envelope, std::uint32_t seed);
// Looks at the header's own fields only: magic, version, bounds. not_found: zeros, no record here.
Result<RecordHeader> decode_record_header(std::string_view bytes);
// The checksum over header and envelope; the report's follows by extend_crc32c or join_crc32c.
std::uint32_t head_checksum(std::string_view header, std::string_view envelope, std::uint32_t seed);

// --- the durable end: how far readers may go ---
struct DurableEnd {
  LogName log;
  std::uint64_t sequence = 0;  // highest that was synced
  std::uint64_t segment = 0;   // the one in use
  std::uint64_t offset = 0;    // bytes of it that were synced
};
std::string encode_durable_end(const DurableEnd& end);
Result<DurableEnd> decode_durable_end(std::string_view bytes);

}  // namespace secondlook
