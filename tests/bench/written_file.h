// A file written ahead with zeros and overwritten again and again, as the journal log's segments
// are: the cheapest durable write there is. Ends the program when the disk refuses.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <sys/uio.h>

#include "base/file_descriptor.h"

namespace secondlook {

class WrittenFile {
 public:
  // An unnamed file of 256 MiB in the directory.
  explicit WrittenFile(const std::string& directory);
  // At most IOV_MAX parts, `bytes` in all, in one pwritev; then one fdatasync.
  void overwrite_and_sync(std::span<const iovec> parts, std::size_t bytes);

 private:
  FileDescriptor file_;
  std::size_t offset_ = 0;
};

}  // namespace secondlook
