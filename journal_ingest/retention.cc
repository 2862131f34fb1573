#include "journal_ingest/retention.h"

#include <algorithm>
#include <utility>

#include "schema/journal_log/format.h"

namespace secondlook {
namespace {

// Neighbours are counted together up to this size, so that 20 GB take 300,000 entries at most.
constexpr std::uint64_t kCountedTogether = 64 << 10;

std::string name_of(const std::string& plain, bool archived) {
  return archived ? archived_name(plain) : plain;
}

}  // namespace

void Retention::restore(std::vector<KeptSegment> segments,
                        std::map<std::uint64_t, KeptReport> reports, std::uint64_t last_sequence) {
  const std::lock_guard lock(mutex_);
  segments_.assign(segments.begin(), segments.end());
  reports_ = std::move(reports);
  last_sequence_ = last_sequence;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    const std::uint64_t last =
        i + 1 < segments_.size() ? segments_[i + 1].first_sequence - 1 : last_sequence;
    std::uint64_t bytes = segments_[i].bytes;
    const auto end = reports_.upper_bound(last);
    for (auto report = reports_.lower_bound(segments_[i].first_sequence); report != end; ++report)
      bytes += report->second.bytes;
    add_unrecorded(last, bytes);
  }
}

void Retention::add_segment(const KeptSegment& segment) {
  const std::lock_guard lock(mutex_);
  segments_.push_back(segment);
}

void Retention::add_records(std::uint64_t last_sequence, std::uint64_t segment_bytes) {
  const std::lock_guard lock(mutex_);
  segments_.back().bytes += segment_bytes;
  last_sequence_ = last_sequence;
  add_unrecorded(last_sequence, segment_bytes);
}

void Retention::add_report_file(std::uint64_t sequence, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  reports_[sequence] = {bytes};
  add_unrecorded(sequence, bytes);
}

void Retention::add_unrecorded(std::uint64_t last_sequence, std::uint64_t bytes) {
  unrecorded_bytes_ += bytes;
  if (!unrecorded_.empty() && unrecorded_.back().bytes + bytes <= kCountedTogether) {
    unrecorded_.back().last_sequence = std::max(unrecorded_.back().last_sequence, last_sequence);
    unrecorded_.back().bytes += bytes;
  } else {
    unrecorded_.push_back({last_sequence, bytes});
  }
  forget_recorded();
}

void Retention::forget_recorded() {
  while (!unrecorded_.empty() && unrecorded_.front().last_sequence <= recorded_) {
    unrecorded_bytes_ -= unrecorded_.front().bytes;
    unrecorded_.pop_front();
  }
}

bool Retention::set_recorded(std::uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  if (sequence > last_sequence_) return false;
  recorded_ = std::max(recorded_, sequence);
  forget_recorded();
  return true;
}

std::uint64_t Retention::unrecorded_bytes() const {
  const std::lock_guard lock(mutex_);
  return unrecorded_bytes_;
}

// All its records; the newest segment never.
bool Retention::is_recorded(std::size_t segment) const {
  return segment + 1 < segments_.size() && segments_[segment + 1].first_sequence <= recorded_ + 1;
}

// Of segments and report files that are recorded but kept.
std::uint64_t Retention::recorded_bytes() const {
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; is_recorded(i); ++i) bytes += segments_[i].bytes;
  const auto end = reports_.upper_bound(recorded_);
  for (auto report = reports_.begin(); report != end; ++report) bytes += report->second.bytes;
  return bytes;
}

bool Retention::oldest_may_go(Timestamp now) const {
  if (!is_recorded(0) || segments_.front().number == archiving_) return false;
  if (settings_.archive.count() == 0) return true;
  return segments_[1].opened_at + settings_.archive < now ||
         recorded_bytes() > settings_.archive_bytes;
}

void Retention::take_reports_until(std::uint64_t sequence, std::vector<std::string>& names) {
  const auto end = reports_.upper_bound(sequence);
  for (auto report = reports_.begin(); report != end; ++report)
    names.push_back(name_of(report_file_name(report->first), report->second.archived));
  reports_.erase(reports_.begin(), end);
}

std::vector<std::string> Retention::take_freeable(Timestamp now) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  while (oldest_may_go(now)) {
    take_reports_until(segments_[1].first_sequence - 1, names);
    names.push_back(
        name_of(segment_file_name(segments_.front().number), segments_.front().archived));
    segments_.pop_front();
  }
  return names;
}

std::optional<SegmentToArchive> Retention::next_to_archive() {
  const std::lock_guard lock(mutex_);
  if (settings_.archive.count() == 0 || archiving_ != 0) return std::nullopt;
  for (std::size_t i = 0; is_recorded(i); ++i) {
    if (segments_[i].archived) continue;
    SegmentToArchive segment{segments_[i].number, segments_[i].first_sequence, {}};
    const auto end = reports_.lower_bound(segments_[i + 1].first_sequence);
    for (auto report = reports_.lower_bound(segments_[i].first_sequence); report != end; ++report)
      if (!report->second.archived) segment.reports.push_back(report->first);
    archiving_ = segment.number;
    return segment;
  }
  return std::nullopt;
}

void Retention::set_archived(const SegmentToArchive& segment, const ArchivedSegment& archived) {
  const std::lock_guard lock(mutex_);
  archiving_ = 0;
  for (KeptSegment& kept : segments_)
    if (kept.number == segment.number) {
      kept.bytes = archived.bytes;
      kept.archived = true;
    }
  for (const auto& [sequence, bytes] : archived.report_bytes) reports_[sequence] = {bytes, true};
}

void Retention::give_up_archiving() {
  const std::lock_guard lock(mutex_);
  archiving_ = 0;
}

}  // namespace secondlook
