// Since when the oldest report waits that is durable and not recorded yet, to the second: one entry
// for each second in which reports came. For the metrics. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "base/clock.h"

namespace secondlook {

class RecordingLag {
 public:
  // What the log held at the start, up to `last_sequence`, counts as written at `start`.
  RecordingLag(std::uint64_t last_sequence, Timestamp start);

  void written(std::uint64_t last_sequence, Timestamp now);
  void recorded(std::uint64_t sequence);
  std::optional<Timestamp> oldest() const;  // nothing: all is recorded

 private:
  struct Second {
    std::uint64_t last_sequence;
    Timestamp began;
  };
  mutable std::mutex mutex_;
  std::deque<Second> waiting_;  // ascending
};

}  // namespace secondlook
