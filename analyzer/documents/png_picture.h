// PNG, by libpng, row by row.
#pragma once

#include "analyzer/documents/picture.h"

namespace secondlook {

std::optional<PictureSize> png_size(std::string_view content);

// Of a damaged one the rows before the damage, as browsers show it; checksums are not asked, so
// that it may be more. Chunks that say how a picture is meant (gamma, profiles, texts) are passed
// over unread.
Result<Picture> decode_png(std::string_view content);

}  // namespace secondlook
