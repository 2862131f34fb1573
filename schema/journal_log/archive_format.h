// The bytes of an archived file: a complete segment or report file, compressed with zstd in blocks
// of their own. The table of bytes stands in README.md. Values only: no file is touched here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "schema/journal_log/format.h"

namespace secondlook {

inline constexpr std::size_t kArchiveHeadBytes = 72;  // the table of blocks follows it
inline constexpr std::uint64_t kArchiveBlock = 1 << 20;
// No block of compressed bytes is longer: zstd's own bound for kArchiveBlock, and some.
inline constexpr std::uint32_t kLongestCompressed = (1 << 20) + (1 << 13);

struct ArchiveHead {
  LogName log;
  std::uint64_t number = 0;           // the segment's, or the sequence of a report file
  std::uint64_t length = 0;           // bytes of the plain file, at most kLongestReport
  std::vector<std::uint32_t> blocks;  // compressed bytes of each
  std::uint64_t first_sequence = 0;   // of a segment, should its own head be damaged; else 0
  // How many blocks a plain file of `length` bytes has.
  static std::uint64_t blocks_of(std::uint64_t length);
};

std::uint64_t archive_head_length(std::uint64_t blocks);  // bytes, head and table
std::string encode_archive_head(const ArchiveHead& head);
// `bytes` is the beginning of the file. The length of head and table that its first bytes tell, for
// reading so many: malformed when they are no such head or tell more than a file may have.
Result<std::uint64_t> told_archive_head_length(std::string_view bytes);
// `bytes` is head and table, `file_length` the whole file's: blocks and file must fit exactly.
Result<ArchiveHead> decode_archive_head(std::string_view bytes, std::uint64_t file_length);

}  // namespace secondlook
