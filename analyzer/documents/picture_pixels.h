// Between a decoder and a Picture: grey with opacity, laid on white and on black.
#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/documents/picture.h"

namespace secondlook {

// A page shows through where nothing is set.
struct GreyAlpha {
  GreyAlpha(int columns, int rows)
      : width(columns),
        height(rows),
        bytes(2 * static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {}

  void set(std::size_t pixel, std::uint8_t grey, std::uint8_t opacity) {
    bytes[2 * pixel] = grey;
    bytes[2 * pixel + 1] = opacity;
  }

  int width, height;
  std::vector<std::uint8_t> bytes;  // grey, opacity (255: opaque) for each pixel
};

// ITU-R BT.601, in 1,024ths.
constexpr std::uint8_t grey_of(unsigned red, unsigned green, unsigned blue) {
  return static_cast<std::uint8_t>((306 * red + 601 * green + 117 * blue + 512) >> 10U);
}

Picture picture_of(GreyAlpha pixels);

}  // namespace secondlook
