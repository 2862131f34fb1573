// What the journal log asks of a file system, as an argument: so that tests can let the n-th call
// fail, or a disk be full, on purpose. Thread-safe, as the system calls are.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

class Files {
 public:
  virtual ~Files() = default;

  // A file without a name in the directory's file system (O_TMPFILE), mode 0640 as its readers are
  // of the group: gone unless it is linked.
  virtual Result<FileDescriptor> make_unnamed(int directory) = 0;
  // All parts, one behind the other, from `offset` on.
  virtual Result<void> write_at(int file, std::span<const std::string_view> parts,
                                std::uint64_t offset) = 0;
  // Space for bytes that will be written; the file's size stays. A file system that cannot reserve
  // is no error.
  virtual Result<void> reserve(int file, std::uint64_t offset, std::uint64_t length) = 0;
  virtual Result<void> truncate(int file, std::uint64_t length) = 0;
  virtual Result<void> sync_data(int file) = 0;  // fdatasync
  virtual Result<void> sync_all(int file) = 0;   // fsync; of a directory, too
  virtual Result<void> link(int unnamed, int directory, const std::string& name) = 0;
  virtual Result<void> unlink(int directory, const std::string& name) = 0;
};

class SystemFiles final : public Files {
 public:
  Result<FileDescriptor> make_unnamed(int directory) override;
  Result<void> write_at(int file, std::span<const std::string_view> parts,
                        std::uint64_t offset) override;
  Result<void> reserve(int file, std::uint64_t offset, std::uint64_t length) override;
  Result<void> truncate(int file, std::uint64_t length) override;
  Result<void> sync_data(int file) override;
  Result<void> sync_all(int file) override;
  Result<void> link(int unnamed, int directory, const std::string& name) override;
  Result<void> unlink(int directory, const std::string& name) override;
};

}  // namespace secondlook
