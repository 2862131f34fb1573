// The bytes of one report while it arrives: in memory up to a limit, beyond it, or where memory is
// scarce in all, in an unnamed file of the journal's file system, space reserved ahead. Takes the
// checksum on the way.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "journal_ingest/body_memory.h"
#include "journal_ingest/files.h"

namespace secondlook {

class ReportBody {
 public:
  // `files` must outlive the body; `directory` is a descriptor that stays open as long.
  // `expected` bytes, where the peer declared them (SIZE=), steer the reservation only.
  // `memory_limit` bytes of this body; `memory`: what all bodies share, null: no bound in all.
  ReportBody(Files& files, int directory, std::size_t memory_limit, std::uint64_t expected = 0,
             std::shared_ptr<BodyMemory> memory = nullptr);

  // After a failure every further call gives the same error and takes nothing.
  Result<void> append(std::string_view bytes);
  // Call once, after the last byte: what is still in memory of a large report goes to its file
  // (not synced).
  Result<void> finish();

  std::uint64_t size() const { return size_; }
  std::uint32_t crc() const { return crc_; }
  bool in_file() const { return file_.is_open(); }
  const FileDescriptor& file() const { return file_; }
  // The whole report, unless in_file().
  std::string_view bytes() const { return memory_; }

 private:
  Result<void> open_file();
  Result<void> flush();
  Result<void> reserve_until(std::uint64_t end);
  void release_memory();

  Files* files_;
  int directory_;
  std::size_t memory_limit_;
  std::uint64_t expected_;
  std::uint64_t size_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t reserved_ = 0;
  std::uint32_t crc_ = 0;
  std::string memory_;
  BodyMemoryShare share_;  // what memory_ takes
  FileDescriptor file_;
  std::optional<Error> failure_;
};

}  // namespace secondlook
