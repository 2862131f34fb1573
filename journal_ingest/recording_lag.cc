#include "journal_ingest/recording_lag.h"

namespace secondlook {

RecordingLag::RecordingLag(std::uint64_t last_sequence, Timestamp start) {
  if (last_sequence > 0) waiting_.push_back({last_sequence, start});
}

void RecordingLag::written(std::uint64_t last_sequence, Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (!waiting_.empty() && last_sequence <= waiting_.back().last_sequence) return;
  const bool same_second = !waiting_.empty() && now >= waiting_.back().began &&
                           now - waiting_.back().began < std::chrono::seconds(1);
  if (same_second)
    waiting_.back().last_sequence = last_sequence;
  else
    waiting_.push_back({last_sequence, now});
}

void RecordingLag::recorded(std::uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  while (!waiting_.empty() && waiting_.front().last_sequence <= sequence) waiting_.pop_front();
}

std::optional<Timestamp> RecordingLag::oldest() const {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front().began;
}

}  // namespace secondlook
