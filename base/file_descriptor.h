// Owner of one open file descriptor: closed exactly once, moved, never copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace secondlook {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { reset(); }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }
  void reset();

 private:
  int number_ = -1;
};

// open(2) with O_CLOEXEC added; EINTR is retried.
Result<FileDescriptor> open_file(const std::string& path, int flags, unsigned mode = 0600);
Result<FileDescriptor> open_file_at(int directory, const std::string& name, int flags,
                                    unsigned mode = 0600);

// All of `bytes` or an error; short writes and EINTR are continued.
Result<void> write_fully(int descriptor, std::string_view bytes);
Result<void> write_fully_at(int descriptor, std::string_view bytes, std::uint64_t offset);

// The whole file, refused (malformed) when it is larger than `limit` bytes.
Result<std::string> read_file(const std::string& path, std::size_t limit);
Result<std::string> read_descriptor(int descriptor, std::size_t limit);

// Replaces `path` by `bytes` so that after a power cut either the old or the new content is there:
// temporary file beside it, fdatasync, rename, fsync of the directory. The mode holds under any
// umask.
Result<void> replace_file(const std::string& path, std::string_view bytes, unsigned mode = 0600);

Result<void> sync_directory(const std::string& path);

// mkdir -p; existing directories are left as they are. The name of each one made is synced, so that
// what is synced in it survives a power cut (where its parent may be read, which fsync needs).
Result<void> make_directories(const std::string& path, unsigned mode = 0700);

}  // namespace secondlook
