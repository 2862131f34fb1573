// A cheap look for the three corner squares of a QR code, before ZXing's thorough one: most pictures in
// mails are photos and screens, which have none.
#pragma once

#include "analyzer/documents/picture.h"

namespace secondlook {

// Where at least three of them seem to be, of a size and apart, as a code has them. A line through the
// middle of one is dark, light, dark, light, dark in the proportions 1:1:3:1:1 (ISO/IEC 18004, 6.3.3), in any
// direction; of a light code the other way round. Errs towards yes.
struct FinderPatterns {
  bool dark = false, light = false;
};
FinderPatterns look_for_finder_patterns(const GreyPicture& picture);

}  // namespace secondlook
