#include "analyzer/documents/png_picture.h"

#include <csetjmp>

#include <catch2/catch.hpp>
#include <png.h>

#include "analyzer/documents/stored_png.h"

using namespace secondlook;

namespace {

constexpr int kWidth = 61, kHeight = 43;

struct Kind {
  const char* name;
  int colour_type, bits;
  bool is_interlaced = false;
};

bool is_dark(int x, int y) {
  return x >= 8 && x < 40 && y >= 5 && y < 30;
}

// `dark` in the rectangle of is_dark(), all ones elsewhere, in every channel of every pixel.
std::vector<unsigned char> row_of(const Kind& kind, int y) {
  const int channels = kind.colour_type == PNG_COLOR_TYPE_RGB          ? 3
                       : kind.colour_type == PNG_COLOR_TYPE_RGBA       ? 4
                       : kind.colour_type == PNG_COLOR_TYPE_GRAY_ALPHA ? 2
                                                                       : 1;
  const bool has_opacity = channels == 2 || channels == 4;
  std::vector<unsigned char> row((static_cast<std::size_t>(kWidth * channels * kind.bits) + 7) / 8);
  for (int sample = 0; sample < kWidth * channels; ++sample) {
    const bool is_opacity = has_opacity && sample % channels == channels - 1;
    if (is_dark(sample / channels, y) && !is_opacity) continue;
    for (int bit = sample * kind.bits; bit < (sample + 1) * kind.bits; ++bit)
      row[static_cast<std::size_t>(bit / 8)] |= static_cast<unsigned char>(0x80 >> bit % 8);
  }
  return row;
}

void append_bytes(png_structp png, png_bytep bytes, std::size_t size) {
  static_cast<std::string*>(png_get_io_ptr(png))
      ->append(reinterpret_cast<const char*>(bytes), size);
}

std::string written(const Kind& kind) {
  std::string file;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &file, &append_bytes, nullptr);
  png_set_IHDR(png, info, kWidth, kHeight, kind.bits, kind.colour_type,
               kind.is_interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  std::vector<png_color> palette(std::size_t{1} << kind.bits % 16, png_color{90, 90, 90});
  palette.front() = {0, 0, 0};
  palette.back() = {255, 255, 255};
  if (kind.colour_type == PNG_COLOR_TYPE_PALETTE)
    png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
  png_write_info(png, info);
  std::vector<std::vector<unsigned char>> rows;
  std::vector<unsigned char*> pointers;
  for (int y = 0; y < kHeight; ++y) rows.push_back(row_of(kind, y));
  for (auto& row : rows) pointers.push_back(row.data());
  png_write_image(png, pointers.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return file;
}

void check_rectangle(const std::string& file) {
  const auto picture = decode_png(file);
  REQUIRE(picture);
  const GreyPicture& shown = picture->on_white;
  REQUIRE((shown.width == kWidth && shown.height == kHeight));
  CHECK_FALSE(picture->on_black);
  int wrong = 0;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      wrong += shown.grey[static_cast<std::size_t>(y * kWidth + x)] != (is_dark(x, y) ? 0 : 255);
  CHECK(wrong == 0);
}

// Its first IDAT as several, of `size` bytes, without checksums.
std::string with_short_chunks(const std::string& file, std::size_t size) {
  const std::size_t at = file.find("IDAT") - 4;
  const std::size_t length =
      static_cast<unsigned char>(file[at + 2]) * 256U + static_cast<unsigned char>(file[at + 3]);
  std::string chunks;
  for (std::size_t from = 0; from < length; from += size) {
    const std::string part = file.substr(at + 8 + from, std::min(size, length - from));
    chunks += std::string(3, '\0') + static_cast<char>(part.size()) + "IDAT" + part + "crc?";
  }
  return file.substr(0, at) + chunks + file.substr(at + 12 + length);
}

constexpr Kind kKinds[] = {{"grey, 1 bit", PNG_COLOR_TYPE_GRAY, 1},
                           {"grey, 8 bits", PNG_COLOR_TYPE_GRAY, 8},
                           {"grey, 16 bits", PNG_COLOR_TYPE_GRAY, 16},
                           {"palette, 2 bits", PNG_COLOR_TYPE_PALETTE, 2},
                           {"palette, 8 bits", PNG_COLOR_TYPE_PALETTE, 8},
                           {"colours, 8 bits", PNG_COLOR_TYPE_RGB, 8},
                           {"colours, 16 bits", PNG_COLOR_TYPE_RGB, 16},
                           {"grey with opacity", PNG_COLOR_TYPE_GRAY_ALPHA, 8},
                           {"colours with opacity", PNG_COLOR_TYPE_RGBA, 8}};

}  // namespace

TEST_CASE("a PNG of any kind shows the same picture, decompressed before or not") {
  for (Kind kind : kKinds) {
    INFO(kind.name);
    const std::string file = written(kind);
    CHECK(StoredPng::of(file, 1 << 20));
    check_rectangle(file);
    check_rectangle(with_short_chunks(file, 7));
    kind.is_interlaced = true;
    const std::string in_passes = written(kind);
    CHECK_FALSE(StoredPng::of(in_passes, 1 << 20));
    check_rectangle(in_passes);
  }
}

TEST_CASE("a PNG's pixels are decompressed before only when they are whole and not too many") {
  const std::string file = written({"", PNG_COLOR_TYPE_RGB, 8});
  const std::size_t rows = kHeight * (1 + 3 * kWidth);
  CHECK(StoredPng::of(file, rows));
  CHECK_FALSE(StoredPng::of(file, rows - 1));
  const std::size_t data = file.find("IDAT");
  CHECK_FALSE(StoredPng::of(file.substr(0, data + 20), 1 << 20));
  std::string damaged = file;
  damaged[data + 30] ^= '\x10';
  CHECK_FALSE(StoredPng::of(damaged, 1 << 20));
  std::string taller = file;  // than its data
  ++taller[23];
  CHECK_FALSE(StoredPng::of(taller, 1 << 20));
  std::string lower = file;
  --lower[23];
  CHECK_FALSE(StoredPng::of(lower, 1 << 20));
  CHECK_FALSE(StoredPng::of("", 1 << 20));
  CHECK_FALSE(StoredPng::of(file.substr(0, 33), 1 << 20));
}
