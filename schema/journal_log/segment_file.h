// One segment of the journal log, read from the outside: by readers, and by the writer when it
// recovers. Looks at what is there and says so; who may go how far is decided elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "schema/journal_log/format.h"
#include "schema/journal_log/log_file.h"

namespace secondlook {

struct StoredRecord {
  RecordHeader header;
  RecordEnvelope envelope;
  std::uint64_t offset = 0;  // of the header, bytes from the start of the segment

  std::uint64_t report_offset() const;  // in the segment; 0 when the report has its own file
  std::uint64_t next_offset() const { return offset + header.padded_length(); }
};

class SegmentFile {
 public:
  // Plain or archived. not_found: no such file, or one that was never put into use. malformed:
  // another log's, or a damaged head. `directory` is only used during the call.
  static Result<SegmentFile> open(int directory, std::uint64_t number, const LogName& log);

  const SegmentHeader& header() const { return header_; }
  const LogFile& file() const { return file_; }
  bool is_archived() const { return file_.is_archived(); }

  // The record at `offset`, checksum verified over all of it (a report in its own file is not
  // looked at). not_found: zeros or the end of the file. malformed: something else.
  Result<StoredRecord> record_at(std::uint64_t offset) const;
  // The first whole record at or behind `offset`, past whatever damage; not_found: none.
  Result<StoredRecord> find_record(std::uint64_t offset) const;
  // True when nothing but zeros stands behind `offset`.
  Result<bool> only_zeros_behind(std::uint64_t offset) const;
  Result<std::uint64_t> size() const;

 private:
  SegmentFile(LogFile file, SegmentHeader header);
  Result<void> verify(const StoredRecord& record, std::string_view start) const;

  LogFile file_;
  SegmentHeader header_;
  std::uint32_t seed_ = 0;
};

// The numbers of all segments in the directory, plain or archived, ascending, each once.
Result<std::vector<std::uint64_t>> list_segments(int directory);
// The sequences of all report files, plain or archived, ascending, each once.
Result<std::vector<std::uint64_t>> list_report_files(int directory);

// Compares a report in its own file with the record that names it.
Result<void> verify_report_file(const LogFile& file, const RecordHeader& header);

}  // namespace secondlook
