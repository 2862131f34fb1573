#include "schema/utf8_text.h"

#include <cstdint>

namespace secondlook {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// RFC 3629 section 4: the second byte's range depends on the first, which is what keeps out
// overlong forms, surrogates and what lies beyond U+10FFFF.
bool is_second_byte(std::uint8_t first, std::uint8_t second) {
  switch (first) {
    case 0xE0: return second >= 0xA0 && second <= 0xBF;
    case 0xED: return second >= 0x80 && second <= 0x9F;
    case 0xF0: return second >= 0x90 && second <= 0xBF;
    case 0xF4: return second >= 0x80 && second <= 0x8F;
    default: return second >= 0x80 && second <= 0xBF;
  }
}

std::size_t expected_length(std::uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

}  // namespace

std::size_t utf8_character_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::size_t length = expected_length(byte(0));
  if (length <= 1) return length;
  if (text.size() < length || !is_second_byte(byte(0), byte(1))) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  return length;
}

std::string bounded_utf8(std::string_view text, std::size_t most_bytes) {
  std::string result;
  result.reserve(text.size() < most_bytes ? text.size() : most_bytes);
  while (!text.empty()) {
    const std::size_t length = utf8_character_length(text);
    const std::string_view character = length == 0 ? kReplacement : text.substr(0, length);
    if (result.size() + character.size() > most_bytes) break;
    result += character;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

}  // namespace secondlook
