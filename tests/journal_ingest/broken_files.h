// Files that fail on purpose: the n-th call, or every call from the n-th on. A failing write first
// writes half of its bytes, as a full disk or a power cut would.
#pragma once

#include <atomic>
#include <cerrno>

#include "base/system_error.h"
#include "journal_ingest/files.h"

namespace secondlook {

class BrokenFiles final : public Files {
 public:
  // 1 is the next call; 0: none. `for_ever`: all later ones, too.
  // `code` is the errno that it fails with.
  void fail_at(int call, bool for_ever = false, int code = EIO) {
    code_ = code;
    left_ = call;
    for_ever_ = for_ever;
    failed_ = false;
  }
  bool has_failed() const { return failed_; }

  Result<FileDescriptor> make_unnamed(int directory) override;
  Result<void> write_at(int file, std::span<const std::string_view> parts,
                        std::uint64_t offset) override;
  Result<void> reserve(int file, std::uint64_t offset, std::uint64_t length) override;
  Result<void> truncate(int file, std::uint64_t length) override;
  Result<void> sync_data(int file) override;
  Result<void> sync_all(int file) override;
  Result<void> link(int unnamed, int directory, const std::string& name) override;
  Result<void> unlink(int directory, const std::string& name) override;

 private:
  bool fails();

  SystemFiles files_;
  Error broken() const;

  std::atomic<int> code_ = EIO;
  std::atomic<int> left_ = 0;
  std::atomic<bool> for_ever_ = false;
  std::atomic<bool> failed_ = false;
};

}  // namespace secondlook
