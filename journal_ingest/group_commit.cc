#include "journal_ingest/group_commit.h"

#include <array>
#include <utility>

#include "base/log.h"

namespace secondlook {
namespace {

constexpr std::uint64_t kReportFilesPerSegment = 4;  // times the segment's own size
constexpr std::string_view kPadding("\0\0\0\0\0\0\0\0", kRecordAlignment);

RecordHeader header_of(const FinishedReport& report, std::size_t envelope_length) {
  RecordHeader header;
  header.report_in_own_file = report.body.in_file();
  header.envelope_length = static_cast<std::uint32_t>(envelope_length);
  header.report_length = report.body.size();
  header.received_at = report.received_at;
  header.report_crc = report.body.crc();
  return header;
}

std::uint64_t record_length(const FinishedReport& report, std::size_t envelope_length) {
  return header_of(report, envelope_length).padded_length();
}

}  // namespace

// Heads are kept here, the reports' own bytes are written from where they are.
struct GroupCommit::Group {
  std::string segment_head;
  std::vector<std::string> heads;
  std::vector<std::string_view> parts;
  std::uint64_t length = 0;
};

GroupCommit::GroupCommit(RecoveredLog& log, CommitSettings settings, Files& files,
                         const Clock& clock, Retention& retention, SegmentStock& stock)
    : log_(log.log),
      settings_(settings),
      files_(files),
      clock_(clock),
      retention_(retention),
      stock_(stock),
      directory_(log.directory.number()),
      durable_end_(log.durable_end.number()),
      next_sequence_(log.next_sequence),
      next_segment_(log.next_segment) {}

Result<void> GroupCommit::check_bound() const {
  if (retention_.unrecorded_bytes() < settings_.max_unrecorded_bytes) return {};
  return temporary("journal log: max_unrecorded_bytes reached");
}

std::uint64_t GroupCommit::room() const {
  if (!segment_) return 0;
  const std::uint64_t used = segment_->end == 0 ? kSegmentHeaderBytes : segment_->end;
  return used >= settings_.segment_bytes ? 0 : settings_.segment_bytes - used;
}

Result<void> GroupCommit::open_segment() {
  OpenSegment opened;
  if (auto prepared = stock_.take()) {
    opened.file = std::move(*prepared);
    opened.prepared = true;
  } else {
    auto file = files_.make_unnamed(directory_);
    if (!file) return file.error();
    opened.file = std::move(*file);
  }
  opened.number = next_segment_++;
  opened.first_sequence = next_sequence_;
  opened.opened_at = clock_.now();
  opened.seed = checksum_seed(log_, opened.number);
  const std::string name = segment_file_name(opened.number);
  auto done = files_.link(opened.file.number(), directory_, name);
  if (done) done = files_.sync_all(opened.file.number());
  if (done) done = files_.sync_all(directory_);
  segment_ = std::move(opened);
  if (!done) abandon_segment();
  return done;
}

// A segment that had to be begun without zeros is left as soon as a prepared one is there. One
// whose records have many bytes in own files is left, too, since those are freed with it.
Result<void> GroupCommit::make_room(std::uint64_t length) {
  const bool full = room() < length ||
                    segment_->report_file_bytes > kReportFilesPerSegment * settings_.segment_bytes;
  const bool can_do_better = segment_ && !segment_->prepared && !stock_.is_empty();
  if (!full && !can_do_better) return {};
  if (segment_) cut_tail();
  segment_.reset();
  return open_segment().transform_error(
      [](Error error) { return within("new segment", std::move(error)); });
}

void GroupCommit::cut_tail() {
  if (!segment_->prepared || segment_->end == 0) return;
  if (auto done = files_.truncate(segment_->file.number(), segment_->end); !done)
    log_warning("segment not cut", {{"reason", done.error().message}});
}

// After a failed write or sync nothing is known of the segment's tail: it is never acknowledged
// from again, and the next one gives its numbers anew.
void GroupCommit::abandon_segment() {
  const std::string name = segment_file_name(segment_->number);
  const bool unused = segment_->end == 0;
  segment_.reset();
  if (!unused) return;
  if (auto done = files_.unlink(directory_, name); !done)
    log_warning("unused segment not unlinked", {{"reason", done.error().message}});
}

GroupCommit::Group GroupCommit::gather(std::span<FinishedReport> reports,
                                       std::span<const std::string> envelopes) const {
  Group group;
  group.heads.reserve(reports.size());
  if (segment_->end == 0) {
    group.segment_head = encode_segment_header(
        {log_, segment_->number, segment_->first_sequence, segment_->opened_at});
    group.parts.push_back(group.segment_head);
    group.length = group.segment_head.size();
  }
  for (std::size_t i = 0; i < reports.size(); ++i) {
    RecordHeader header = header_of(reports[i], envelopes[i].size());
    header.log = log_;
    header.sequence = next_sequence_ + i;
    header.known_durable = next_sequence_ - 1;
    group.heads.push_back(encode_record_head(header, envelopes[i], segment_->seed));
    group.parts.push_back(group.heads.back());
    if (!header.report_in_own_file) group.parts.push_back(reports[i].body.bytes());
    group.parts.push_back(kPadding.substr(0, header.padded_length() - header.stored_length()));
    group.length += header.padded_length();
  }
  return group;
}

Result<void> GroupCommit::link_report_files(std::span<FinishedReport> reports) {
  bool any = false;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    if (!reports[i].body.in_file()) continue;
    any = true;
    const std::string name = report_file_name(next_sequence_ + i);
    // A file of that name can only be the rest of a group that failed.
    if (auto done = files_.unlink(directory_, name); !done) return done;
    if (auto done = files_.link(reports[i].body.file().number(), directory_, name); !done)
      return done;
  }
  return any ? files_.sync_all(directory_) : Result<void>();
}

void GroupCommit::unlink_report_files(std::span<FinishedReport> reports) {
  for (std::size_t i = 0; i < reports.size(); ++i) {
    if (!reports[i].body.in_file()) continue;
    const auto done = files_.unlink(directory_, report_file_name(next_sequence_ + i));
    if (!done) log_warning("report file not unlinked", {{"reason", done.error().message}});
  }
}

Result<void> GroupCommit::write_group(const Group& group, std::span<FinishedReport> reports) {
  Result<void> done = link_report_files(reports);
  if (done) done = files_.write_at(segment_->file.number(), group.parts, segment_->end);
  if (done) done = files_.sync_data(segment_->file.number());
  return done;
}

Result<void> GroupCommit::accept_group(const Group& group, std::span<FinishedReport> reports) {
  if (auto written = write_group(group, reports); !written) {
    log_error("journal log not written",
              {{"segment", std::to_string(segment_->number)}, {"reason", written.error().message}});
    unlink_report_files(reports);
    abandon_segment();
    return temporary("journal log: " + written.error().message);
  }
  if (segment_->end == 0)
    retention_.add_segment({segment_->number, segment_->first_sequence, segment_->opened_at, 0});
  for (std::size_t i = 0; i < reports.size(); ++i)
    if (reports[i].body.in_file()) {
      retention_.add_report_file(next_sequence_ + i, reports[i].body.size());
      segment_->report_file_bytes += reports[i].body.size();
    }
  segment_->end += group.length;
  next_sequence_ += reports.size();
  retention_.add_records(next_sequence_ - 1, group.length);
  if (auto published = publish(); !published)
    log_error("durable end not published", {{"reason", published.error().message}});
  return {};
}

Result<void> GroupCommit::publish() {
  const DurableEnd end{log_, next_sequence_ - 1, segment_ ? segment_->number : next_segment_ - 1,
                       segment_ ? segment_->end : 0};
  const std::string bytes = encode_durable_end(end);
  const std::array<std::string_view, 1> parts = {bytes};
  return files_.write_at(durable_end_, parts, 0);
}

std::vector<Result<std::uint64_t>> GroupCommit::commit(std::span<FinishedReport> reports) {
  std::vector<std::string> envelopes;
  for (const FinishedReport& report : reports)
    envelopes.push_back(encode_envelope(report.envelope));
  std::vector<Result<std::uint64_t>> outcomes;
  while (outcomes.size() < reports.size()) {
    const std::size_t first = outcomes.size();
    std::uint64_t length = record_length(reports[first], envelopes[first].size());
    std::size_t end = first + 1;
    Result<void> done = check_bound();
    if (done && envelopes[first].size() > kLongestEnvelope) done = internal("envelope too long");
    if (done) done = make_room(length);
    for (; done && end < reports.size(); ++end) {
      length += record_length(reports[end], envelopes[end].size());
      if (length > room() || envelopes[end].size() > kLongestEnvelope) break;
    }
    const auto group = reports.subspan(first, end - first);
    const std::uint64_t sequence = next_sequence_;
    if (done) done = accept_group(gather(group, std::span(envelopes).subspan(first)), group);
    for (std::size_t i = 0; i < group.size(); ++i)
      outcomes.push_back(done ? Result<std::uint64_t>(sequence + i) : done.error());
  }
  return outcomes;
}

void GroupCommit::close() {
  if (segment_) cut_tail();
  segment_.reset();
}

}  // namespace secondlook
