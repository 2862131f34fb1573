#include "analyzer/message/css_color.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

struct NamedColor {
  std::string_view name;
  std::uint32_t color = 0;
};
constexpr auto kNamed = std::to_array<NamedColor>({
#include "analyzer/message/css_color_table.inc"
});

std::optional<std::uint32_t> named_color(std::string_view name) {
  const auto found = std::lower_bound(
      kNamed.begin(), kNamed.end(), name,
      [](const NamedColor& known, std::string_view wanted) { return known.name < wanted; });
  if (found == kNamed.end() || found->name != name) return std::nullopt;
  return found->color;
}

// "#abc", "#aabbcc": other lengths are cut or filled with zeros.
std::optional<std::uint32_t> hexadecimal_color(std::string_view text) {
  std::string digits;
  for (const char c : text.substr(1)) {
    if (hex_digit(c) < 0 && c != '#') return std::nullopt;
    if (c != '#') digits += c;
  }
  if (digits.size() > 6) digits.resize(6);
  if (digits.size() > 3 && digits.size() < 6) digits.resize(3);
  while (digits.size() % 3 != 0) digits += '0';
  std::uint32_t color = 0;
  for (const char c : digits) {
    color = color << 4U | static_cast<std::uint32_t>(hex_digit(c));
    if (digits.size() == 3) color = color << 4U | static_cast<std::uint32_t>(hex_digit(c));
  }
  return color;
}

// The three numbers of "rgb(…)", each at most 255.
std::optional<std::uint32_t> functional_color(std::string_view text) {
  std::uint32_t color = 0;
  std::size_t numbers = 0;
  for (std::size_t i = 0; i < text.size() && numbers < 3;) {
    if (!is_digit(text[i])) {
      ++i;
      continue;
    }
    std::uint32_t number = 0;
    for (; i < text.size() && is_digit(text[i]); ++i)
      number =
          std::min<std::uint32_t>(number * 10 + static_cast<std::uint32_t>(text[i] - '0'), 255);
    if (i < text.size() && text[i] == '%')
      number = std::min<std::uint32_t>(number, 100) * 255 / 100;
    color = color << 8U | number;
    ++numbers;
  }
  if (numbers != 3) return std::nullopt;
  return color;
}

double part(std::uint32_t color, unsigned shift) {
  return static_cast<double>(color >> shift & 0xffU);
}

}  // namespace

std::optional<std::uint32_t> parse_color(std::string_view text) {
  const std::string lower = to_ascii_lower(trim(text));
  if (const auto named = named_color(lower)) return named;
  if (lower.starts_with('#')) return hexadecimal_color(lower);
  if (lower.find("rgb") != std::string::npos) return functional_color(lower);
  return std::nullopt;
}

bool is_low_contrast(std::uint32_t text, std::uint32_t background) {
  const double red = 0.2126 * (part(text, 16) - part(background, 16));
  const double green = 0.7152 * (part(text, 8) - part(background, 8));
  const double blue = 0.0722 * (part(text, 0) - part(background, 0));
  return std::sqrt(red * red + green * green + blue * blue) < 12;
}

}  // namespace secondlook
