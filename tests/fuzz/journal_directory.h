// A whole journal directory as bytes that a fuzzer changes: the durable end and up to eight
// segments and report files, plain or archived. What a mutation breaks in the checksums can be made
// right again, so that it is not refused at the first look; and a log of the real writer is the
// seed.
//
// Bytes: durable sequence below 32 (1), its segment (1), its offset by 8 (2); then for each file:
// bit 0 report file, bit 1 archived, bits 2 and 3 number less 1 (1), damage (1), length (2), the
// plain bytes. Two files of one name: the later one counts. Numbers are little-endian; what is cut
// is left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"
#include "schema/journal_log/format.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {

struct FuzzedFile {
  bool is_report = false;    // else a segment
  bool archived = false;     // reports go into the archive with a segment, not alone
  std::uint64_t number = 1;  // 1 to 4: the segment's, or the report's sequence
  std::uint8_t damage = 0;   // of an archive: the byte at this part (of 256) of it is flipped
  std::string bytes;         // at most 65,535
  bool operator==(const FuzzedFile&) const = default;
};

struct FuzzedDirectory {
  DurableEnd durable;
  std::vector<FuzzedFile> files;
  // Null when there is none.
  const FuzzedFile* segment(std::uint64_t number) const;
};

const LogName& fuzzed_log();
FuzzedDirectory decode_directory(std::string_view input);
std::string encode_directory(const FuzzedDirectory& directory);

// The checksums of head and records of one segment, as far as their lengths fit.
void repair_checksums(std::string& segment, std::uint64_t number);

// Four segments of `LogWriter`, one report in a file of its own; nothing archived yet.
const FuzzedDirectory& log_by_the_writer();

// Puts one directory after the other under the same path, in memory where that is possible, and
// writes only the files that differ. No reader of an earlier one may be left.
class DirectoryOnDisk {
 public:
  DirectoryOnDisk();
  void put(const FuzzedDirectory& directory);
  std::string path() const { return directory_.path().string(); }

 private:
  void write(const std::string& name, std::string_view bytes) const;
  void archive(const FuzzedFile& segment, const std::vector<std::uint64_t>& reports) const;
  void remove(const FuzzedFile& file) const;

  TemporaryDirectory directory_{TemporaryDirectory::Place::memory};
  FileDescriptor opened_, durable_end_;
  std::vector<FuzzedFile> standing_;
};

}  // namespace secondlook
