// GIF, by giflib: the first frame where it lies on the canvas. What later frames show is not seen.
#pragma once

#include "analyzer/documents/picture.h"

namespace secondlook {

std::optional<PictureSize> gif_size(std::string_view content);
Result<Picture> decode_gif(std::string_view content);

}  // namespace secondlook
