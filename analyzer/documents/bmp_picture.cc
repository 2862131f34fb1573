#include "analyzer/documents/bmp_picture.h"

#include <array>
#include <utility>

#include "analyzer/documents/picture_pixels.h"

namespace secondlook {
namespace {

// BITMAPFILEHEADER and the beginning of BITMAPINFOHEADER (Windows GDI reference).
constexpr std::size_t kInfoAt = 14;
constexpr std::uint32_t kSmallestInfo = 40;
constexpr std::uint32_t kUncompressed = 0, kBitFields = 3;

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;)
    value = value << 8U | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
  return value;
}

struct BmpHeader {
  std::uint32_t pixels_at = 0, info_size = 0, bits = 0, compression = 0, colours = 0;
  std::uint64_t width = 0, height = 0;
  bool is_upside_down = false;  // its first row is the topmost
};

std::optional<BmpHeader> read_header(std::string_view content) {
  if (content.size() < kInfoAt + kSmallestInfo) return {};
  BmpHeader header;
  header.pixels_at = number_at(content, 10, 4);
  header.info_size = number_at(content, kInfoAt, 4);
  const auto width = static_cast<std::int32_t>(number_at(content, kInfoAt + 4, 4));
  const auto height =
      static_cast<std::int64_t>(static_cast<std::int32_t>(number_at(content, kInfoAt + 8, 4)));
  if (header.info_size < kSmallestInfo || width <= 0 || height == 0) return {};
  header.width = static_cast<std::uint64_t>(width);
  header.height = static_cast<std::uint64_t>(height < 0 ? -height : height);
  header.is_upside_down = height < 0;
  header.bits = number_at(content, kInfoAt + 14, 2);
  header.compression = number_at(content, kInfoAt + 16, 4);
  header.colours = number_at(content, kInfoAt + 32, 4);
  return header;
}

using Palette = std::array<std::uint8_t, 256>;

Palette read_palette(std::string_view content, const BmpHeader& header) {
  Palette palette{};
  const std::size_t at = kInfoAt + std::size_t{header.info_size};
  for (std::size_t i = 0; i < palette.size() && at + 4 * i + 3 < content.size(); ++i)
    palette[i] = grey_of(number_at(content, at + 4 * i + 2, 1),
                         number_at(content, at + 4 * i + 1, 1), number_at(content, at + 4 * i, 1));
  return palette;
}

std::uint8_t grey_at(std::string_view row, std::size_t x, std::uint32_t bits,
                     const Palette& palette) {
  if (bits >= 24) {
    const std::size_t at = x * bits / 8;
    return grey_of(number_at(row, at + 2, 1), number_at(row, at + 1, 1), number_at(row, at, 1));
  }
  const std::uint32_t byte = number_at(row, x * bits / 8, 1);
  const std::uint32_t shift = 8 - bits - static_cast<std::uint32_t>(x * bits % 8);
  return palette[byte >> shift & ((1U << bits) - 1)];
}

bool is_usual(const BmpHeader& header) {
  const std::uint32_t bits = header.bits;
  if (header.compression == kBitFields) return bits == 32;
  return header.compression == kUncompressed &&
         (bits == 1 || bits == 4 || bits == 8 || bits == 24 || bits == 32);
}

}  // namespace

std::optional<PictureSize> bmp_size(std::string_view content) {
  const auto header = read_header(content);
  if (!header) return {};
  return PictureSize{header->width, header->height};
}

Result<Picture> decode_bmp(std::string_view content) {
  const auto header = read_header(content);
  if (!header) return malformed("no BMP header");
  if (!is_usual(*header)) return forbidden("BMP of a rare kind not decoded");
  const PictureSize size{header->width, header->height};
  if (size.pixels() > kMostPixels) return forbidden("BMP of too many pixels");
  const Palette palette = read_palette(content, *header);
  const std::size_t row_bytes = (header->width * header->bits + 31) / 32 * 4;
  GreyAlpha pixels(static_cast<int>(header->width), static_cast<int>(header->height));
  for (std::size_t y = 0; y < header->height; ++y) {
    const std::size_t at = header->pixels_at + y * row_bytes;
    if (at >= content.size()) break;
    const std::size_t row = header->is_upside_down ? y : header->height - 1 - y;
    for (std::size_t x = 0; x < header->width; ++x)
      pixels.set(row * header->width + x,
                 grey_at(content.substr(at, row_bytes), x, header->bits, palette), 255);
  }
  return picture_of(std::move(pixels));
}

}  // namespace secondlook
