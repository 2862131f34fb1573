#include "remediation/recorded_mark.h"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/system_error.h"

namespace secondlook {

using std::chrono::milliseconds;

namespace {

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

}  // namespace

Result<void> RecordedMark::prepare(const std::string& path, const std::string& old_place) {
  if (auto made = make_directories(directory_of(path), 0755); !made)
    return within("recorded mark", made.error());
  if (::access(old_place.c_str(), F_OK) != 0) return {};
  const bool is_there = ::access(path.c_str(), F_OK) == 0;
  if (is_there ? ::unlink(old_place.c_str()) != 0
               : std::rename(old_place.c_str(), path.c_str()) != 0)
    return last_system_error("recorded mark: take over " + old_place);
  if (auto synced = sync_directory(directory_of(path)); !synced) return synced;
  return sync_directory(directory_of(old_place));
}

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
