#include "analyzer/rule_engine/patterns/start_filter.h"

#include <algorithm>
#include <numeric>

#include "analyzer/rule_engine/patterns/byte_frequency.h"

namespace secondlook {
namespace {

// Behind the letters. Each character is a kind of its own; what is in none of the lists below is
// the last of them.
constexpr std::string_view kAlone = "013458 .,-_@!$<>/=";
constexpr std::array<std::string_view, 6> kTogether = {"2679", "\t\r\n", "([{",
                                                       ")]}",  "\"'`",   ":;"};
struct Lead {
  std::uint8_t last;  // and all since the one before
};
constexpr std::array<Lead, 13> kLeads = {{{0xbf},
                                          {0xc2},
                                          {0xc3},
                                          {0xc9},
                                          {0xcd},
                                          {0xcf},
                                          {0xd1},
                                          {0xdf},
                                          {0xe1},
                                          {0xe2},
                                          {0xe3},
                                          {0xef},
                                          {0xff}}};
static_assert(26 + kAlone.size() + kTogether.size() + 1 + kLeads.size() <= StartFilter::kKinds);

}  // namespace

std::uint8_t StartFilter::kind_of(std::uint8_t byte) {
  std::size_t kind = 0;
  if (byte >= 'a' && byte <= 'z') return static_cast<std::uint8_t>(byte - 'a');
  if (byte >= 'A' && byte <= 'Z') return static_cast<std::uint8_t>(byte - 'A');
  kind += 26;
  const char character = static_cast<char>(byte);
  const std::size_t alone = kAlone.find(character);
  if (alone != kAlone.npos) return static_cast<std::uint8_t>(kind + alone);
  kind += kAlone.size();
  for (const std::string_view list : kTogether) {
    if (list.find(character) != list.npos) return static_cast<std::uint8_t>(kind);
    ++kind;
  }
  if (byte < 0x80) return static_cast<std::uint8_t>(kind);
  ++kind;
  const auto lead = std::find_if(kLeads.begin(), kLeads.end(),
                                 [&](const Lead& each) { return byte <= each.last; });
  return static_cast<std::uint8_t>(kind + static_cast<std::size_t>(lead - kLeads.begin()));
}

std::array<std::uint8_t, 256> StartFilter::all_kinds() {
  std::array<std::uint8_t, 256> kinds{};
  for (std::size_t byte = 0; byte < kinds.size(); ++byte) {
    kinds[byte] = kind_of(static_cast<std::uint8_t>(byte));
  }
  return kinds;
}

void StartFilter::allow(std::uint64_t first, std::uint64_t second, std::uint64_t third) {
  for (std::size_t i = 0; i < kKinds; ++i) {
    if ((first >> i & 1) == 0) continue;
    for (std::size_t k = 0; k < kKinds; ++k) {
      if ((second >> k & 1) != 0) third_[i * kKinds + k] |= third;
    }
  }
}

void StartFilter::allow(const StartFilter& other) {
  for (std::size_t i = 0; i < third_.size(); ++i) third_[i] |= other.third_[i];
}

double StartFilter::expected() const {
  std::array<double, kKinds> frequency{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    frequency[kind_of_byte_[byte]] += byte_frequency(static_cast<char>(byte));
  }
  const double sum = std::accumulate(frequency.begin(), frequency.end(), 0.0);
  for (double& each : frequency) each /= sum;
  double all = 0;
  for (std::size_t i = 0; i < third_.size(); ++i) {
    if (third_[i] == 0) continue;
    double third = 0;
    for (std::size_t k = 0; k < kKinds; ++k) {
      if ((third_[i] >> k & 1) != 0) third += frequency[k];
    }
    all += frequency[i / kKinds] * frequency[i % kKinds] * third;
  }
  return all;
}

}  // namespace secondlook
