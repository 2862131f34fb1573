#include "analyzer/rule_engine/patterns/byte_frequency.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace secondlook {
namespace {

constexpr std::string_view kLetters = " etaoinsrhldcumfpgwybv.kxjqz";
constexpr std::array<double, 28> kPerThousand = {150, 100, 75, 65, 62, 60, 58, 55, 52, 45,
                                                 38,  35,  28, 25, 24, 20, 20, 18, 17, 17,
                                                 14,  10,  12, 10, 4,  3,  2,  2};
constexpr std::string_view kMarkup = "<>/=\"-:\n,";

constexpr double frequency_of(char byte) {
  if (const std::size_t at = kLetters.find(byte); at != kLetters.npos) {
    return kPerThousand[at] / 1000;
  }
  if (byte >= 'A' && byte <= 'Z') return frequency_of(static_cast<char>(byte + 0x20)) / 8;
  if (byte >= '0' && byte <= '9') return 0.008;
  return kMarkup.find(byte) != kMarkup.npos        ? 0.012
         : static_cast<unsigned char>(byte) < 0x80 ? 0.003
                                                   : 0.0005;
}

// Asked for every byte of every string of every pattern.
constexpr std::array<double, 256> kFrequencies = [] {
  std::array<double, 256> all{};
  for (std::size_t byte = 0; byte < all.size(); ++byte) {
    all[byte] = frequency_of(static_cast<char>(byte));
  }
  return all;
}();

}  // namespace

double byte_frequency(char byte) {
  return kFrequencies[static_cast<unsigned char>(byte)];
}

double byte_frequency(const std::bitset<256>& one_of) {
  double all = 0;
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (one_of[byte]) all += byte_frequency(static_cast<char>(byte));
  }
  return std::min(1.0, all);
}

}  // namespace secondlook
