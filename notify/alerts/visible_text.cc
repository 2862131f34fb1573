#include "notify/alerts/visible_text.h"

#include <array>
#include <cstdint>
#include <utility>

#include "schema/utf8_text.h"

namespace secondlook {
namespace {

// UAX #9's controls, the line separators, and what a reader cannot see. Joiners (U+200C, U+200D)
// stay: Persian, Indic scripts and emoji need them.
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 11> kHidden = {{
    {0x0000, 0x001f},
    {0x007f, 0x009f},
    {0x00ad, 0x00ad},
    {0x061c, 0x061c},
    {0x180e, 0x180e},
    {0x200b, 0x200b},
    {0x200e, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0xfeff, 0xfeff},
    {0xe0000, 0xe0fff},
}};

std::uint32_t code_point(std::string_view character) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(character[at]); };
  if (character.size() == 1) return byte(0);
  std::uint32_t point = byte(0) & (0xffU >> (character.size() + 1));
  for (std::size_t i = 1; i < character.size(); ++i) point = (point << 6U) | (byte(i) & 0x3fU);
  return point;
}

bool is_hidden(std::uint32_t point) {
  for (const auto& [first, last] : kHidden)
    if (point >= first && point <= last) return true;
  return (point & 0xfffeU) == 0xfffeU || (point >= 0xfff9 && point <= 0xfffb);
}

std::string escaped(std::uint32_t point) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  do {
    digits.insert(digits.begin(), kDigits[point % 16]);
    point /= 16;
  } while (point != 0);
  return "\\u{" + digits + "}";
}

}  // namespace

std::string cut_text(std::string_view text, std::size_t most_bytes) {
  constexpr std::string_view kCut = "…";
  if (text.size() <= most_bytes) return std::string(text);
  return bounded_utf8(text, most_bytes - kCut.size()) + std::string(kCut);
}

std::string visible_text(std::string_view text, std::size_t most_bytes) {
  const std::string clean = bounded_utf8(text, most_bytes + 4);
  std::string shown;
  std::string_view rest = clean;
  while (!rest.empty()) {
    if (rest.starts_with("://")) {
      shown += "[:]//";
      rest.remove_prefix(3);
      continue;
    }
    const std::size_t length = std::max<std::size_t>(1, utf8_character_length(rest));
    const std::uint32_t point = code_point(rest.substr(0, length));
    shown += is_hidden(point) ? escaped(point) : std::string(rest.substr(0, length));
    rest.remove_prefix(length);
  }
  return cut_text(shown, most_bytes);
}

}  // namespace secondlook
