// Codes drawn with block characters (U+2580 to U+259F, full-width squares), one module half a
// character, a character or two: pictures that no reader of pictures sees.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/documents/picture.h"

namespace secondlook {

inline constexpr std::size_t kMostDrawings = 10;  // of one text

// Cheap: whether so many such characters stand there, as they are or as HTML's references.
bool may_hold_block_drawing(std::string_view text);

// The lines of HTML for this purpose: preformatted text as it stands, elsewhere blanks joined, line
// ends at breaks, blocks and rows.
std::string drawing_lines_of_html(std::string_view html);

struct BlockDrawing {
  GreyPicture tall;    // characters twice as tall as wide, as terminals and plain mails show them
  GreyPicture square;  // as pages with a short line height do
};

// Each run of at least ten lines of such characters and blanks alone. is_cut: there were more or
// larger ones.
std::vector<BlockDrawing> block_drawings(std::string_view text, bool& is_cut);

}  // namespace secondlook
