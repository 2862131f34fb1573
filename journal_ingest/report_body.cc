#include "journal_ingest/report_body.h"

#include <algorithm>
#include <array>
#include <utility>

#include "schema/journal_log/crc32c.h"

namespace secondlook {
namespace {

constexpr std::size_t kWriteBytes = 256 << 10;
constexpr std::uint64_t kReserveStep = 16 << 20;

}  // namespace

ReportBody::ReportBody(Files& files, int directory, std::size_t memory_limit,
                       std::uint64_t expected, std::shared_ptr<BodyMemory> memory)
    : files_(&files),
      directory_(directory),
      memory_limit_(memory_limit),
      expected_(expected),
      share_(std::move(memory)) {}

Result<void> ReportBody::append(std::string_view bytes) {
  if (failure_) return *failure_;
  memory_.append(bytes);
  share_.hold(memory_.capacity());
  size_ += bytes.size();
  crc_ = extend_crc32c(crc_, bytes);
  Result<void> done;
  const bool scarce = share_.is_scarce();
  if (!in_file() && (scarce || memory_.size() > memory_limit_)) done = open_file();
  if (done && in_file() && (scarce || memory_.size() >= kWriteBytes)) done = flush();
  if (scarce && in_file() && memory_.empty()) release_memory();
  if (!done) failure_ = done.error();
  return done;
}

Result<void> ReportBody::open_file() {
  auto file = files_->make_unnamed(directory_);
  if (!file) return within("report file", file.error());
  file_ = std::move(*file);
  auto flushed = flush();
  if (flushed) release_memory();
  return flushed;
}

// A cleared string keeps what it had grown to.
void ReportBody::release_memory() {
  memory_ = std::string();
  share_.hold(0);
}

Result<void> ReportBody::reserve_until(std::uint64_t end) {
  if (end <= reserved_) return {};
  const std::uint64_t wanted = std::max({end, reserved_ + kReserveStep, expected_});
  if (auto done = files_->reserve(file_.number(), reserved_, wanted - reserved_); !done)
    return within("report file", done.error());
  reserved_ = wanted;
  return {};
}

Result<void> ReportBody::flush() {
  if (memory_.empty()) return {};
  if (auto reserved = reserve_until(written_ + memory_.size()); !reserved) return reserved;
  const std::array<std::string_view, 1> parts = {memory_};
  if (auto done = files_->write_at(file_.number(), parts, written_); !done)
    return within("report file", done.error());
  written_ += memory_.size();
  memory_.clear();
  return {};
}

Result<void> ReportBody::finish() {
  if (failure_) return *failure_;
  if (!in_file()) return {};
  Result<void> done = flush();
  // Gives back what was reserved beyond the last byte.
  if (done) done = files_->truncate(file_.number(), size_);
  if (!done) failure_ = done.error();
  return done;
}

}  // namespace secondlook
