// Which files of the log are still needed: knows every segment and report file that is kept, how
// many bytes nobody has recorded yet, and what may be freed. Touches no file. Thread-safe: the
// commit thread adds, the keeper's thread frees.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace secondlook {

struct KeptSegment {
  std::uint64_t number = 0;
  std::uint64_t first_sequence = 0;
  Timestamp opened_at{};
  std::uint64_t bytes = 0;
  bool archived = false;  // compressed; `bytes` are those of the archive's file
};

struct KeptReport {
  std::uint64_t bytes = 0;
  bool archived = false;
};

// A complete, recorded segment, and those of its records whose own files are not archived yet.
struct SegmentToArchive {
  std::uint64_t number = 0;
  std::uint64_t first_sequence = 0;
  std::vector<std::uint64_t> reports;  // sequences
};

// Bytes of the files that were made of one.
struct ArchivedSegment {
  std::uint64_t bytes = 0;
  std::map<std::uint64_t, std::uint64_t> report_bytes;  // sequence -> bytes
};

struct RetentionSettings {
  std::chrono::days archive{0};     // 0: what is recorded is freed at once
  std::uint64_t archive_bytes = 0;  // the oldest of the archive goes first when it is larger
};

class Retention {
 public:
  explicit Retention(RetentionSettings settings) : settings_(settings) {}

  // What was found at the start; the last record of the log has sequence `last_sequence`.
  void restore(std::vector<KeptSegment> segments, std::map<std::uint64_t, KeptReport> reports,
               std::uint64_t last_sequence);
  void add_segment(const KeptSegment& segment);
  // Records up to `last_sequence` were written into the newest segment.
  void add_records(std::uint64_t last_sequence, std::uint64_t segment_bytes);
  void add_report_file(std::uint64_t sequence, std::uint64_t bytes);

  // Never goes back. False, and nothing happens, for a sequence that the log does not have yet.
  bool set_recorded(std::uint64_t sequence);
  std::uint64_t unrecorded_bytes() const;
  // File names to unlink now; forgotten here. A segment goes when all in it is recorded and, with
  // an archive, old enough or the archive too large; the newest never. A report file goes with its
  // segment: the log's end is found by records whose files are there.
  std::vector<std::string> take_freeable(Timestamp now);
  // With an archive: the oldest segment to compress. It is not freed until one of the two below
  // says how that ended.
  std::optional<SegmentToArchive> next_to_archive();
  void set_archived(const SegmentToArchive& segment, const ArchivedSegment& archived);
  void give_up_archiving();

 private:
  struct Unrecorded {
    std::uint64_t last_sequence;
    std::uint64_t bytes;
  };
  void add_unrecorded(std::uint64_t last_sequence, std::uint64_t bytes);
  void forget_recorded();
  void take_reports_until(std::uint64_t sequence, std::vector<std::string>& names);
  bool is_recorded(std::size_t segment) const;
  bool oldest_may_go(Timestamp now) const;
  std::uint64_t recorded_bytes() const;

  const RetentionSettings settings_;
  mutable std::mutex mutex_;
  std::deque<KeptSegment> segments_;             // ascending
  std::map<std::uint64_t, KeptReport> reports_;  // by sequence
  std::uint64_t archiving_ = 0;                  // number of the segment under way; 0: none
  std::deque<Unrecorded> unrecorded_;            // ascending
  std::uint64_t unrecorded_bytes_ = 0;
  std::uint64_t recorded_ = 0;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace secondlook
