#include "analyzer/documents/vba_compression.h"

#include <algorithm>

#include "analyzer/message/byte_cursor.h"

namespace secondlook {
namespace {

constexpr std::size_t kChunk = 4096;

// 2.4.1.3.19.1: the further in the chunk, the more bits of a copy token are offset.
unsigned offset_bits(std::size_t decompressed) {
  unsigned bits = 4;
  while ((std::size_t{1} << bits) < decompressed) ++bits;
  return bits;
}

// False when a token points before the chunk.
bool copy(std::uint16_t token, std::size_t start, std::string& bytes) {
  const std::size_t decompressed = bytes.size() - start;
  const unsigned bits = offset_bits(decompressed);
  const std::size_t length = (token & (0xFFFFU >> bits)) + 3U;
  const std::size_t offset = (static_cast<std::size_t>(token) >> (16U - bits)) + 1U;
  if (offset > decompressed) return false;
  for (std::size_t i = std::min(length, kChunk - decompressed); i-- > 0;)
    bytes += bytes[bytes.size() - offset];
  return true;
}

bool expand_chunk(std::string_view tokens, std::string& bytes) {
  const std::size_t start = bytes.size();
  ByteCursor cursor(tokens);
  while (cursor.left() > 0) {
    const unsigned flags = cursor.take_8();
    for (unsigned bit = 0; bit < 8 && cursor.left() > 0; ++bit) {
      if (bytes.size() - start >= kChunk) return false;
      if ((flags >> bit & 1U) == 0)
        bytes += cursor.take(1);
      else if (const std::uint16_t token = cursor.take_16();
               cursor.failed() || !copy(token, start, bytes))
        return false;
    }
  }
  return true;
}

}  // namespace

DecompressedVba decompress_vba(std::string_view container, std::size_t most_bytes) {
  DecompressedVba result;
  ByteCursor cursor(container);
  if (cursor.take_8() != 1) {
    result.damaged = true;
    return result;
  }
  while (cursor.left() >= 2 && !result.damaged) {
    const unsigned header = cursor.take_16();
    const std::size_t length = std::min<std::size_t>((header & 0xFFFU) + 1U, cursor.left());
    const bool is_compressed = (header & 0x8000U) != 0;
    if ((header & 0x7000U) != 0x3000U || result.bytes.size() >= most_bytes)
      result.damaged = true;
    else if (is_compressed)
      result.damaged = !expand_chunk(cursor.take(length), result.bytes);
    else
      result.bytes += cursor.take(length);
  }
  if (result.bytes.size() > most_bytes) {
    result.bytes.resize(most_bytes);
    result.damaged = true;
  }
  return result;
}

}  // namespace secondlook
