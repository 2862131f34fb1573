// How often bytes stand in ordinary mail (English, markup), roughly: what guards are chosen by. A
// wrong guess costs time, never a match.
#pragma once

#include <bitset>

namespace secondlook {

double byte_frequency(char byte);                       // a share of all bytes, 0 to 1
double byte_frequency(const std::bitset<256>& one_of);  // of the bytes together, at most 1

}  // namespace secondlook
