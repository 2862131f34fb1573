#include "analyzer/documents/picture_pixels.h"

#include <utility>

namespace secondlook {
namespace {

// What is opaque is not mixed with a background.
GreyPicture without_opacity(const GreyAlpha& pixels) {
  GreyPicture picture{pixels.width, pixels.height, {}};
  picture.grey.resize(pixels.bytes.size() / 2);
  for (std::size_t i = 0; i < picture.grey.size(); ++i) picture.grey[i] = pixels.bytes[2 * i];
  reduce(picture);
  return picture;
}

GreyPicture laid_on(const GreyAlpha& pixels, unsigned background) {
  GreyPicture picture{pixels.width, pixels.height, {}};
  picture.grey.resize(pixels.bytes.size() / 2);
  for (std::size_t i = 0; i < picture.grey.size(); ++i) {
    const unsigned grey = pixels.bytes[2 * i], opacity = pixels.bytes[2 * i + 1];
    picture.grey[i] =
        static_cast<std::uint8_t>((grey * opacity + background * (255 - opacity) + 127) / 255);
  }
  reduce(picture);
  return picture;
}

}  // namespace

Picture picture_of(GreyAlpha pixels) {
  bool is_opaque = true;
  for (std::size_t i = 1; is_opaque && i < pixels.bytes.size(); i += 2)
    is_opaque = pixels.bytes[i] == 255;
  if (is_opaque) return {without_opacity(pixels), {}};
  return {laid_on(pixels, 255), laid_on(pixels, 0)};
}

}  // namespace secondlook
