// The file by which ingest learns what it may free: {"log": UUID, "recorded": n}, all sequences up
// to n are committed. Written after the commit, never before; an older mark only keeps segments
// longer. Synced, so at most five times a second under load.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook {

class RecordedMark {
 public:
  static constexpr std::chrono::milliseconds kShortestPause{200};

  RecordedMark(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}

  // Once, before anything else: makes the mark's directory, which ingest may read (0755), and takes
  // over the mark from `old_place`, where earlier versions kept it (beside the database). The
  // mark at its own place wins; the old file is gone afterwards.
  static Result<void> prepare(const std::string& path, const std::string& old_place);

  // The mark has moved on in the database.
  void advance(const std::string& log, std::uint64_t recorded);
  // How long until write_if_due() has something to write; nothing when it has not.
  std::optional<std::chrono::milliseconds> due_in() const;
  Result<void> write_if_due();
  // At the end, or when nothing more is coming.
  Result<void> write_now();

 private:
  std::string path_;
  const Clock& clock_;
  std::string log_;
  std::uint64_t recorded_ = 0;
  bool is_dirty_ = false;
  std::optional<std::chrono::steady_clock::time_point> written_at_;
};

}  // namespace secondlook
