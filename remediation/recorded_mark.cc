#include "remediation/recorded_mark.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/file_descriptor.h"

namespace secondlook {

using std::chrono::milliseconds;

void RecordedMark::advance(const std::string& log, std::uint64_t recorded) {
  if (log == log_ && recorded == recorded_) return;
  log_ = log;
  recorded_ = recorded;
  is_dirty_ = true;
}

std::optional<milliseconds> RecordedMark::due_in() const {
  if (!is_dirty_) return std::nullopt;
  if (!written_at_) return milliseconds(0);
  const auto passed = std::chrono::floor<milliseconds>(clock_.steady() - *written_at_);
  return std::max(milliseconds(0), kShortestPause - passed);
}

Result<void> RecordedMark::write_if_due() {
  const auto due = due_in();
  return due && due->count() == 0 ? write_now() : Result<void>();
}

Result<void> RecordedMark::write_now() {
  if (!is_dirty_) return {};
  written_at_ = clock_.steady();
  const nlohmann::json mark = {{"log", log_}, {"recorded", recorded_}};
  // Ingest reads it, under its own user.
  auto written = replace_file(path_, mark.dump() + "\n", 0644);
  if (written) is_dirty_ = false;
  return std::move(written).transform_error(
      [](Error error) { return within("recorded mark", std::move(error)); });
}

}  // namespace secondlook
