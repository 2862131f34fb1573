// A PNG whose pixels are decompressed already. zlib, by which libpng does that, copies a run of
// equal pixels three bytes at a time, and pictures of text and screens are mostly such runs:
// libdeflate needs a third of its time. It wants the whole at once and knows nothing of PNG, so
// libpng stays the reader, and is given the pixels in the blocks "stored" of RFC 1951 3.2.4.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace secondlook {

// Of the first four bytes, the most significant first (PNG 7.1).
std::uint32_t png_number(std::string_view bytes);

class StoredPng {
 public:
  // Nothing for what is damaged, interlaced, or larger than `most_bytes` when decompressed: libpng
  // is to read it as it is. `png` must outlive this. Checksums of chunks are not right in what is
  // given.
  static std::optional<StoredPng> of(std::string_view png, std::size_t most_bytes);

  // The file, in order.
  const std::vector<std::string_view>& pieces() const { return pieces_; }

 private:
  using BlockHead = std::array<char, 5>;

  StoredPng() = default;
  void add_blocks(std::string_view pixels);

  std::unique_ptr<char[]> pixels_;  // rows, each behind the byte that says its filter
  std::vector<BlockHead> heads_;
  std::vector<char> beginning_;  // of the chunk, up to the first block
  std::vector<std::string_view> pieces_;
};

}  // namespace secondlook
