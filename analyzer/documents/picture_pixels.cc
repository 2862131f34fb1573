#include "analyzer/documents/picture_pixels.h"

#include <utility>

namespace secondlook {
namespace {

GreyPicture laid_on(const GreyAlpha& pixels, unsigned background) {
  GreyPicture picture{pixels.width, pixels.height, {}};
  picture.grey.resize(pixels.bytes.size() / 2);
  for (std::size_t i = 0; i < picture.grey.size(); ++i) {
    const unsigned grey = pixels.bytes[2 * i], opacity = pixels.bytes[2 * i + 1];
    picture.grey[i] = static_cast<std::uint8_t>(
        opacity == 255 ? grey : (grey * opacity + background * (255 - opacity) + 127) / 255);
  }
  reduce(picture);
  return picture;
}

}  // namespace

Picture picture_of(GreyAlpha pixels) {
  bool is_opaque = true;
  for (std::size_t i = 1; is_opaque && i < pixels.bytes.size(); i += 2)
    is_opaque = pixels.bytes[i] == 255;
  Picture picture{laid_on(pixels, 255), {}};
  if (!is_opaque) picture.on_black = laid_on(pixels, 0);
  return picture;
}

}  // namespace secondlook
