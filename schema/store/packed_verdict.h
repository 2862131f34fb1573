// Verdicts as JSON are most of the database, and most of each is names that all share: they are
// kept by zstd with a dictionary of these. For schema/store alone.
//
// Packed by number 1: that byte, then a zstd frame that tells its size, with dictionary 1. By
// number 2, which is written today: that byte; how many bytes the long hexadecimal digits of the
// text come to (LEB128); these bytes; then the rest of the text as a zstd frame with dictionary 2,
// without the frame's first four bytes, which are always the same. In the rest 0xFF and a byte N
// stand for the next N of those bytes. A dictionary is never changed once released: another one
// gets another number.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace secondlook {

// Empty: there is no memory for it, or it is no UTF-8 (to_json gives nothing else).
std::string pack_verdict(std::string_view json);
// malformed: another dictionary's, damaged, or beyond kLargestVerdictFrame.
Result<std::string> unpack_verdict(std::string_view packed);

// For the test that they never change.
std::string first_verdict_dictionary();
std::string second_verdict_dictionary();

}  // namespace secondlook
