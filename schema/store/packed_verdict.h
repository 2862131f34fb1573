// Verdicts as JSON are most of the database, and most of each is names that all share: they are kept by zstd
// with a dictionary of these. For schema/store alone.
//
// Packed: one byte, the number of the dictionary (1), then a zstd frame that tells its size. A dictionary is never
// changed once released: another one gets another number.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace secondlook {

std::string pack_verdict(std::string_view json);  // empty: there is no memory for it
// malformed: another dictionary's, damaged, or beyond kLargestVerdictFrame.
Result<std::string> unpack_verdict(std::string_view packed);

// For the test that it never changes.
std::string_view first_verdict_dictionary();

}  // namespace secondlook
