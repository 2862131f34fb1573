// BMP, uncompressed with 1, 4, 8, 24 or 32 bits a pixel: what programs write. Run lengths are rare,
// and not read.
#pragma once

#include "analyzer/documents/picture.h"

namespace secondlook {

std::optional<PictureSize> bmp_size(std::string_view content);
Result<Picture> decode_bmp(std::string_view content);

}  // namespace secondlook
