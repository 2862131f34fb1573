// Codes drawn with the coloured cells of an HTML table.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/documents/picture.h"

namespace secondlook {

// Cheap, for newsletters are made of tables: whether as many cells without content stand there as
// the smallest code needs, when equal neighbours are joined.
bool may_hold_table_drawing(std::string_view html);

// One picture a table of at least 21 × 21 equal steps, by colspan and rowspan or by width and
// height, in at least two colours. At most ten of a page, of at most 100,000 cells; is_cut: there
// were more.
std::vector<GreyPicture> table_drawings(std::string_view html, bool& is_cut);

}  // namespace secondlook
