// A cheap look for the three corner squares of a QR code, before ZXing's thorough one: most
// pictures in mails are photos and screens, which have none.
#pragma once

#include "analyzer/documents/binary_picture.h"

namespace secondlook {

// Whether at least three of them seem to be there, of a size and apart, as a code has them. A line
// through the middle of one is ink, paper, ink, paper, ink in the proportions 1:1:3:1:1 (ISO/IEC
// 18004, 6.3.3), in any direction. Rows are judged as ZXing judges them, columns more kindly: errs
// towards yes.
bool has_finder_patterns(const BinaryPicture& picture);

}  // namespace secondlook
