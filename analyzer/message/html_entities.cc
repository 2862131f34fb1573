#include "analyzer/message/html_entities.h"

#include <algorithm>
#include <utility>

#include "analyzer/message/ascii.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

constexpr std::pair<std::string_view, std::string_view> kNames[] = {
#include "analyzer/message/html_entity_table.inc"
};
constexpr std::size_t kLongestName = 32;

constexpr char32_t kWindows1252[32] = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

std::string_view find_name(std::string_view name) {
  const auto* found = std::lower_bound(
      std::begin(kNames), std::end(kNames), name,
      [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
  return found != std::end(kNames) && found->first == name ? found->second : std::string_view();
}

// "&#" is at `at`; returns the length read, 0 when there are no digits.
std::size_t append_number(std::string& out, std::string_view text, std::size_t at) {
  std::size_t i = at + 2;
  const bool hex = i < text.size() && (text[i] == 'x' || text[i] == 'X');
  if (hex) ++i;
  const std::size_t first = i;
  char32_t code = 0;
  for (; i < text.size(); ++i) {
    const int digit = hex ? hex_digit(text[i]) : is_digit(text[i]) ? text[i] - '0' : -1;
    if (digit < 0) break;
    code = std::min<char32_t>(code * (hex ? 16 : 10) + static_cast<char32_t>(digit), 0x110000);
  }
  if (i == first) return 0;
  if (code >= 0x80 && code < 0xA0) code = kWindows1252[code - 0x80];
  append_utf8(out, code == 0 ? 0xFFFD : code);
  if (i < text.size() && text[i] == ';') ++i;
  return i - at;
}

// The longest name that the text at `at` ("&...") begins with; returns the length read or 0.
std::size_t append_named(std::string& out, std::string_view text, std::size_t at,
                         ReferencePlace place) {
  const std::string_view rest = text.substr(at + 1, kLongestName);
  std::size_t letters = 0;
  while (letters < rest.size() && (is_letter(rest[letters]) || is_digit(rest[letters]))) ++letters;
  if (letters < rest.size() && rest[letters] == ';') {
    const std::string_view value = find_name(rest.substr(0, letters + 1));
    if (!value.empty()) {
      out += value;
      return letters + 2;
    }
  }
  constexpr std::size_t kLongestWithoutSemicolon = 6;
  for (std::size_t length = std::min(letters, kLongestWithoutSemicolon); length > 1; --length) {
    const std::string_view value = find_name(rest.substr(0, length));
    if (value.empty()) continue;
    const char behind = length < rest.size() ? rest[length] : ' ';
    if (place == ReferencePlace::attribute &&
        (behind == '=' || is_letter(behind) || is_digit(behind))) {
      return 0;
    }
    out += value;
    return length + 1;
  }
  return 0;
}

}  // namespace

void append_unreferenced(std::string& out, std::string_view text, ReferencePlace place) {
  std::size_t plain = 0;
  std::size_t at = text.find('&');
  while (at != std::string_view::npos) {
    out.append(text, plain, at - plain);
    const bool number = at + 1 < text.size() && text[at + 1] == '#';
    const std::size_t length =
        number ? append_number(out, text, at) : append_named(out, text, at, place);
    if (length == 0) out += '&';
    plain = at + std::max<std::size_t>(length, 1);
    at = text.find('&', plain);
  }
  out.append(text, plain, std::string_view::npos);
}

}  // namespace secondlook
