#include "schema/journal_log/archive_format.h"

#include <algorithm>
#include <numeric>

#include "schema/journal_log/crc32c.h"

namespace secondlook {
namespace {

// A skippable frame of zstd (RFC 8878, 3.1.2), so that `zstd -d` restores the plain file.
constexpr std::uint32_t kSkippable = 0x184D2A50;
constexpr std::string_view kMagic = "SLARCHIV";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kSkippableHead = 8;
constexpr std::size_t kCrcOffset = 20;

void put(std::string& bytes, std::uint64_t number, std::size_t width) {
  for (; width > 0; --width, number >>= 8) bytes += static_cast<char>(number & 0xFF);
}

std::uint64_t get(std::string_view bytes, std::size_t offset, std::size_t width) {
  std::uint64_t number = 0;
  for (; width > 0; --width)
    number = (number << 8) | static_cast<unsigned char>(bytes[offset + width - 1]);
  return number;
}

std::uint32_t crc_of(std::string_view bytes) {
  const std::uint32_t crc = extend_crc32c(0, bytes.substr(0, kCrcOffset));
  return extend_crc32c(crc, bytes.substr(kCrcOffset + 4));
}

}  // namespace

std::uint64_t ArchiveHead::blocks_of(std::uint64_t length) {
  return (length + kArchiveBlock - 1) / kArchiveBlock;
}

std::uint64_t archive_head_length(std::uint64_t blocks) {
  return kArchiveHeadBytes + 4 * blocks;
}

std::string encode_archive_head(const ArchiveHead& head) {
  std::string bytes;
  put(bytes, kSkippable, 4);
  put(bytes, archive_head_length(head.blocks.size()) - kSkippableHead, 4);
  bytes += kMagic;
  put(bytes, kVersion, 4);
  put(bytes, 0, 4);
  bytes += head.log.view();
  put(bytes, head.number, 8);
  put(bytes, head.length, 8);
  put(bytes, kArchiveBlock, 4);
  put(bytes, head.blocks.size(), 4);
  put(bytes, head.first_sequence, 8);
  for (const std::uint32_t block : head.blocks) put(bytes, block, 4);
  std::string crc;
  put(crc, crc_of(bytes), 4);
  return bytes.replace(kCrcOffset, crc.size(), crc);
}

Result<std::uint64_t> told_archive_head_length(std::string_view bytes) {
  if (bytes.size() < kArchiveHeadBytes || get(bytes, 0, 4) != kSkippable ||
      bytes.substr(kSkippableHead, kMagic.size()) != kMagic)
    return malformed("archive: no such head");
  if (get(bytes, 16, 4) != kVersion || get(bytes, 56, 4) != kArchiveBlock)
    return malformed("archive: unknown format version");
  const std::uint64_t length = get(bytes, 48, 8);
  const std::uint64_t blocks = get(bytes, 60, 4);
  if (length > kLongestReport || blocks != ArchiveHead::blocks_of(length))
    return malformed("archive: a length beyond its bound");
  return archive_head_length(blocks);
}

Result<ArchiveHead> decode_archive_head(std::string_view bytes, std::uint64_t file_length) {
  const auto told = told_archive_head_length(bytes);
  if (!told) return told.error();
  if (bytes.size() != *told || get(bytes, 4, 4) != *told - kSkippableHead)
    return malformed("archive: the table of blocks is cut");
  if (get(bytes, kCrcOffset, 4) != crc_of(bytes)) return malformed("archive: wrong checksum");
  ArchiveHead head;
  std::copy_n(bytes.begin() + 24, head.log.bytes.size(), head.log.bytes.begin());
  head.number = get(bytes, 40, 8);
  head.length = get(bytes, 48, 8);
  head.first_sequence = get(bytes, 64, 8);
  for (std::size_t at = kArchiveHeadBytes; at < bytes.size(); at += 4)
    head.blocks.push_back(static_cast<std::uint32_t>(get(bytes, at, 4)));
  if (std::any_of(head.blocks.begin(), head.blocks.end(),
                  [](std::uint32_t block) { return block > kLongestCompressed; }))
    return malformed("archive: a block beyond its bound");
  if (std::accumulate(head.blocks.begin(), head.blocks.end(), *told) != file_length)
    return malformed("archive: the file is longer or shorter than its blocks");
  return head;
}

}  // namespace secondlook
