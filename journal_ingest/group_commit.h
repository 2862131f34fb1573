// The journal log's tail: writes groups of reports into the segment in use and syncs each group
// once. One thread only; every failure is answered with `temporary`, never with a guess.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/result.h"
#include "journal_ingest/files.h"
#include "journal_ingest/log_recovery.h"
#include "journal_ingest/report_body.h"
#include "journal_ingest/retention.h"
#include "journal_ingest/segment_stock.h"
#include "schema/journal_log/format.h"

namespace secondlook {

// One report, complete: body.finish() was called and, for a body in a file, that file synced.
struct FinishedReport {
  RecordEnvelope envelope;
  Timestamp received_at{};
  ReportBody body;
};

struct CommitSettings {
  std::uint64_t segment_bytes = 64ULL << 20;
  std::uint64_t max_unrecorded_bytes = 20ULL << 30;
};

class GroupCommit {
 public:
  // All references must outlive it; `log` gives up its descriptors to it.
  GroupCommit(RecoveredLog& log, CommitSettings settings, Files& files, const Clock& clock,
              Retention& retention, SegmentStock& stock);

  // One outcome for each report, in their order: its sequence, durable now and published; or
  // `temporary`, not accepted. A report behind a failed one may still be accepted.
  std::vector<Result<std::uint64_t>> commit(std::span<FinishedReport> reports);
  // Tells readers the durable end as it is: once at the start.
  Result<void> publish();
  // Cuts the zeros behind the last record; nothing is committed any more.
  void close();

  std::uint64_t next_sequence() const { return next_sequence_; }

 private:
  struct OpenSegment {
    FileDescriptor file;
    std::uint64_t number = 0;
    std::uint64_t first_sequence = 0;
    Timestamp opened_at{};
    std::uint32_t seed = 0;
    std::uint64_t end = 0;  // where the next record goes; 0: the head is not written yet
    std::uint64_t report_file_bytes = 0;  // of its records' own files
    bool prepared = false;                // zeros were written ahead
  };
  struct Group;

  Result<void> check_bound() const;
  std::uint64_t room() const;
  Result<void> open_segment();
  Result<void> make_room(std::uint64_t length);
  void cut_tail();
  void abandon_segment();
  Group gather(std::span<FinishedReport> reports, std::span<const std::string> envelopes) const;
  Result<void> link_report_files(std::span<FinishedReport> reports);
  void unlink_report_files(std::span<FinishedReport> reports);
  Result<void> write_group(const Group& group, std::span<FinishedReport> reports);
  Result<void> accept_group(const Group& group, std::span<FinishedReport> reports);

  const LogName log_;
  const CommitSettings settings_;
  Files& files_;
  const Clock& clock_;
  Retention& retention_;
  SegmentStock& stock_;
  const int directory_;
  const int durable_end_;
  std::uint64_t next_sequence_;
  std::uint64_t next_segment_;
  std::optional<OpenSegment> segment_;
};

}  // namespace secondlook
