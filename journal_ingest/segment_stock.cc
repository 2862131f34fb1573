#include "journal_ingest/segment_stock.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace secondlook {
namespace {

constexpr std::size_t kWriteBytes = 1 << 20;
constexpr std::uint64_t kSyncEvery = 4 << 20;  // small enough to share the disk with the commits

}  // namespace

SegmentStock::SegmentStock(Files& files, int directory, std::uint64_t segment_bytes)
    : files_(files), directory_(directory), segment_bytes_(segment_bytes) {}

std::optional<FileDescriptor> SegmentStock::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(prepared_, std::nullopt);
}

bool SegmentStock::is_empty() const {
  const std::lock_guard lock(mutex_);
  return !prepared_.has_value();
}

Result<FileDescriptor> SegmentStock::write_zeros() {
  auto file = files_.make_unnamed(directory_);
  if (!file) return file.error();
  const std::string zeros(kWriteBytes, '\0');
  for (std::uint64_t offset = 0; offset < segment_bytes_;) {
    const auto length = std::min<std::uint64_t>(segment_bytes_ - offset, zeros.size());
    const std::array<std::string_view, 1> parts = {std::string_view(zeros).substr(0, length)};
    if (auto done = files_.write_at(file->number(), parts, offset); !done) return done.error();
    offset += length;
    if (offset % kSyncEvery != 0) continue;
    if (auto done = files_.sync_data(file->number()); !done) return done.error();
  }
  if (auto done = files_.sync_all(file->number()); !done) return done.error();
  return file;
}

Result<void> SegmentStock::prepare() {
  if (!is_empty()) return {};
  auto file = write_zeros();
  if (!file) return within("next segment", file.error());
  const std::lock_guard lock(mutex_);
  prepared_ = std::move(*file);
  return {};
}

}  // namespace secondlook
