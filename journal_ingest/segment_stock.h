// One segment file written with zeros ahead of its use: overwriting syncs several times faster than
// growing (measured: README.md). It has no name until it is taken into use, so that nothing has to
// be cleaned up after a crash.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "journal_ingest/files.h"

namespace secondlook {

class SegmentStock {
 public:
  // `files` and `directory` must outlive it.
  SegmentStock(Files& files, int directory, std::uint64_t segment_bytes);

  // The commit thread's: the prepared file, if there is one.
  std::optional<FileDescriptor> take();
  bool is_empty() const;
  // The keeper's thread: prepares one unless there is one. Blocks while it writes.
  Result<void> prepare();

 private:
  Result<FileDescriptor> write_zeros();

  Files& files_;
  const int directory_;
  const std::uint64_t segment_bytes_;
  mutable std::mutex mutex_;
  std::optional<FileDescriptor> prepared_;
};

}  // namespace secondlook
