// A file of the journal log to be read by offset, plain or archived: the archive holds the same
// bytes under the same name with `.zst` behind it. Memory: one block of an archive (1 MiB), twice.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "schema/journal_log/format.h"

namespace secondlook {

// Bytes: ingest takes no report over 2 GB ([smtp] max_message_bytes), so a longer one is no report.
inline constexpr std::uint64_t kLongestLent = 2ULL << 30;

class LogFile {
 public:
  // The plain file, or else its archive. `number` is the segment's or the report's sequence, which
  // an archive must name, as it must the log. not_found: neither is there.
  static Result<LogFile> open(int directory, const std::string& name, const LogName& log,
                              std::uint64_t number);
  // An archive alone, whatever its name.
  static Result<LogFile> open_archive(FileDescriptor file, const LogName& log,
                                      std::uint64_t number);
  LogFile(LogFile&&) noexcept;
  LogFile& operator=(LogFile&&) noexcept;
  ~LogFile();

  bool is_archived() const { return archive_ != nullptr; }
  // What an archived segment's first record is, by the archive's own head.
  std::uint64_t first_sequence() const;
  // Of the plain file; for mapping. Not for an archive.
  const FileDescriptor& descriptor() const { return file_; }
  FileDescriptor take_descriptor() && { return std::move(file_); }
  // Bytes of the plain file, also of an archive.
  Result<std::uint64_t> size() const;
  // Up to `length` bytes; fewer only at the end. A block of an archive that cannot be decompressed
  // reads as bytes 0xFF: the records in it are damaged, those in other blocks are not.
  Result<std::string> read_at(std::uint64_t offset, std::size_t length) const;
  // `length` bytes from `offset` as a file in memory of their own, to be mapped or passed on from
  // its first byte. malformed: the file ends before, or it were more than kLongestLent.
  Result<FileDescriptor> copy_to_memory(std::uint64_t offset, std::uint64_t length) const;

 private:
  struct Archive;
  LogFile(FileDescriptor file, std::unique_ptr<Archive> archive);
  Result<void> load_block(std::uint64_t block) const;

  FileDescriptor file_;
  std::unique_ptr<Archive> archive_;
};

}  // namespace secondlook
