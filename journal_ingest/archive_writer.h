// Puts complete, recorded segments into the archive: each file is compressed into a new one,
// compared with it byte for byte, synced and named before the plain one is unlinked, so that after
// a crash at any step every record is there exactly once (the plain file counts where both are).
// Mapped segments never change. Format: schema/journal_log/README.md.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "journal_ingest/files.h"
#include "journal_ingest/retention.h"
#include "schema/journal_log/archive_format.h"
#include "schema/journal_log/format.h"

namespace secondlook {

class ArchiveWriter {
 public:
  // `files` must outlive it, `directory` stay open.
  ArchiveWriter(Files& files, int directory, const LogName& log)
      : files_(files), directory_(directory), log_(log) {}

  // Compresses the segment and its report files, and names them durably, all or none. Takes long;
  // touches nothing that exists. Ends early, `temporary`, once `stopping` is set.
  Result<ArchivedSegment> compress(const SegmentToArchive& segment,
                                   const std::atomic<bool>& stopping);
  // Afterwards: the plain files go.
  Result<void> unlink_plain(const SegmentToArchive& segment);

 private:
  Result<ArchivedSegment> compress_all(const SegmentToArchive& segment,
                                       const std::atomic<bool>& stopping);
  Result<std::uint64_t> compress_file(const std::string& name, ArchiveHead about,
                                      const std::atomic<bool>& stopping);

  Files& files_;
  const int directory_;
  const LogName log_;
};

}  // namespace secondlook
