#include "analyzer/documents/stored_png.h"

#include <algorithm>
#include <memory>
#include <string>

#include <libdeflate.h>

namespace secondlook {
namespace {

constexpr std::size_t kSignature = 8, kChunkHead = 8, kChecksum = 4, kLargestBlock = 65'535;
constexpr std::string_view kZlibHead("\x78\x01", 2);
// Adler-32 and the chunk's checksum, which nobody asks, and IEND.
constexpr std::string_view kEnd("\0\0\0\0\0\0\0\0\0\0\0\0IEND\xAE\x42\x60\x82", 20);

std::size_t channels_of(char colour_type) {
  switch (colour_type) {
    case 2: return 3;
    case 4: return 2;
    case 6: return 4;
    default: return 1;
  }
}

// Of the filtered rows, as the header says (PNG 11.2.2, 7.2). Nothing where they come in passes.
std::optional<std::size_t> size_of_rows(std::string_view png) {
  constexpr std::size_t kMostPixelsAcross = 65'535;
  if (png.size() < kSignature + kChunkHead + 13 || png.substr(12, 4) != "IHDR" || png[28] != 0)
    return {};
  const std::size_t width = png_number(png.substr(16)), height = png_number(png.substr(20));
  if (width == 0 || height == 0 || width > kMostPixelsAcross || height > kMostPixelsAcross)
    return {};
  const auto bits = static_cast<unsigned char>(png[24]);
  if (bits > 16) return {};
  return height * (1 + (width * channels_of(png[25]) * bits + 7) / 8);
}

// Where the first IDAT begins, and what it and those behind it hold.
struct Data {
  std::size_t begin = 0;
  std::vector<std::string_view> pieces;
};

std::optional<Data> find_data(std::string_view png) {
  Data data;
  for (std::size_t at = kSignature; at + kChunkHead <= png.size();) {
    const std::size_t size = png_number(png.substr(at));
    const bool is_data = png.substr(at + 4, 4) == "IDAT";
    if (!is_data && !data.pieces.empty()) break;
    if (size > png.size() - at - kChunkHead) return {};
    if (is_data && data.pieces.empty()) data.begin = at;
    if (is_data) data.pieces.push_back(png.substr(at + kChunkHead, size));
    at = std::min(at + kChunkHead + size + kChecksum, png.size());
  }
  if (data.pieces.empty()) return {};
  return data;
}

std::string joined(const std::vector<std::string_view>& pieces) {
  std::string all;
  for (const std::string_view piece : pieces) all += piece;
  return all;
}

// Whether that many bytes came out, to the last.
bool decompress(std::string_view data, char* out, std::size_t size) {
  const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  return decompressor != nullptr &&
         libdeflate_zlib_decompress(decompressor.get(), data.data(), data.size(), out, size,
                                    nullptr) == LIBDEFLATE_SUCCESS;
}

}  // namespace

std::uint32_t png_number(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes.substr(0, 4)) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

std::optional<StoredPng> StoredPng::of(std::string_view png, std::size_t most_bytes) {
  const auto size = size_of_rows(png);
  const auto data = find_data(png);
  if (!size || !data || *size > most_bytes) return {};
  StoredPng stored;
  stored.pixels_ = std::make_unique_for_overwrite<char[]>(*size);
  const bool is_one = data->pieces.size() == 1;
  if (!decompress(is_one ? data->pieces.front() : joined(data->pieces), stored.pixels_.get(),
                  *size))
    return {};
  stored.pieces_.push_back(png.substr(0, data->begin));
  stored.add_blocks({stored.pixels_.get(), *size});
  return stored;
}

void StoredPng::add_blocks(std::string_view pixels) {
  const std::size_t blocks = (pixels.size() + kLargestBlock - 1) / kLargestBlock;
  const std::size_t length =
      kZlibHead.size() + blocks * sizeof(BlockHead) + pixels.size() + kChecksum;
  for (unsigned shift = 32; shift > 0; shift -= 8)
    beginning_.push_back(static_cast<char>(length >> (shift - 8)));
  for (const char c : {'I', 'D', 'A', 'T'}) beginning_.push_back(c);
  beginning_.insert(beginning_.end(), kZlibHead.begin(), kZlibHead.end());
  pieces_.emplace_back(beginning_.data(), beginning_.size());
  heads_.reserve(blocks);
  for (std::size_t at = 0; at < pixels.size(); at += kLargestBlock) {
    const std::string_view block = pixels.substr(at, kLargestBlock);
    const bool is_last = at + block.size() == pixels.size();
    const auto low = static_cast<char>(block.size()), high = static_cast<char>(block.size() >> 8U);
    heads_.push_back(
        {is_last ? '\x01' : '\0', low, high, static_cast<char>(~low), static_cast<char>(~high)});
    pieces_.emplace_back(heads_.back().data(), heads_.back().size());
    pieces_.push_back(block);
  }
  pieces_.push_back(kEnd);
}

}  // namespace secondlook
