// Pictures as a reader of codes wants them: grey, bounded, reduced where they are large. PNG
// (libpng), JPEG (libjpeg-turbo), GIF (giflib, its first frame), WebP (libwebp) and BMP (here), out
// of memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace secondlook {

struct GreyPicture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> grey;  // rows from the top, no padding; 0 is black
};

// What a picture shows depends on the page behind it where it is transparent.
struct Picture {
  GreyPicture on_white;
  std::optional<GreyPicture> on_black;  // only where it differs
};

struct PictureSize {
  std::uint64_t width = 0, height = 0;
  std::uint64_t pixels() const { return width * height; }
};

// Of what is decoded as a whole, and of JPEGs that can be reduced while they are decoded.
inline constexpr std::uint64_t kMostPixels = 16'000'000;
inline constexpr std::uint64_t kMostJpegPixels = 64'000'000;
// What is larger is reduced, to the half, a quarter …: a page of A4 scanned at 300 dpi has 2.2
// million pixels then.
inline constexpr std::uint64_t kMostGreyPixels = 2'500'000;

// By detect_file_type()'s name.
bool is_picture(std::string_view type);

// As its header says, without decoding. Nothing when that cannot be read.
std::optional<PictureSize> picture_size(std::string_view content);

// Of a damaged picture what can be read, as browsers show it. Malformed: no client shows anything.
// Any other error: a client might show it, and it was not decoded, being too large or of a rare
// kind.
Result<Picture> decode_picture(std::string_view content);

// Means of 2 × 2 pixels until at most kMostGreyPixels are left.
void reduce(GreyPicture& picture);

}  // namespace secondlook
