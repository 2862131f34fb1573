// Codes drawn with the rectangles of an SVG.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/documents/picture.h"

namespace secondlook {

// Whether so many <rect> stand there. Cheap.
bool may_hold_svg_drawing(std::string_view svg);

// What the rectangles of each <svg> draw, in its own coordinates and whole steps of the smallest of
// them: transformations, paths, patterns and <use> are not followed. At most ten of a page, of at
// most 100,000 rectangles; is_cut: there were more.
std::vector<GreyPicture> svg_drawings(std::string_view svg, bool& is_cut);

}  // namespace secondlook
