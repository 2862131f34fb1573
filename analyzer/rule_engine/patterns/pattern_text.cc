#include "analyzer/rule_engine/patterns/pattern_text.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace secondlook {
namespace {

bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<std::uint8_t>(text[at]) & 0xc0) == 0x80;
}

// Length of the character at `at`, 0 when it is none (Unicode 15, table 3-7).
std::size_t character_length(std::string_view text, std::size_t at) {
  const auto first = static_cast<std::uint8_t>(text[at]);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text, at + i)) return 0;
  }
  const auto second = static_cast<std::uint8_t>(text[at + 1]);
  const bool too_low = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool too_high = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  return too_low || too_high ? 0 : length;
}

bool is_hex(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
         (byte >= 'A' && byte <= 'F');
}

// What "\x…" at `at` (behind the x) stands for: a byte beyond ASCII, a character beyond bytes?
enum class HexEscape { ascii, byte, character };

HexEscape classify_escape(std::string_view expression, std::size_t at) {
  std::size_t digits = 0, value = 0;
  const bool braced = at < expression.size() && expression[at] == '{';
  if (braced) ++at;
  while (at < expression.size() && is_hex(expression[at]) && digits < (braced ? 8U : 2U)) {
    const char byte = expression[at++];
    value =
        value * 16 + static_cast<std::size_t>(byte <= '9' ? byte - '0' : (byte | 32) - 'a' + 10);
    ++digits;
  }
  return value > 0xff ? HexEscape::character : value > 0x7f ? HexEscape::byte : HexEscape::ascii;
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    std::uint64_t eight = 0;
    if (text.size() - i >= sizeof eight) std::memcpy(&eight, text.data() + i, sizeof eight);
    if (text.size() - i >= sizeof eight && (eight & 0x8080808080808080U) == 0) {
      i += sizeof eight;
      continue;
    }
    const std::size_t length = character_length(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::string with_valid_utf8(std::string_view text) {
  std::string valid(text);
  for (std::size_t i = 0; i < valid.size();) {
    const std::size_t length = character_length(valid, i);
    if (length == 0) valid[i] = '?';
    i += length == 0 ? 1 : length;
  }
  return valid;
}

bool wants_characters(std::string_view expression) {
  if (!is_utf8(expression)) return false;
  bool characters = false;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (static_cast<std::uint8_t>(expression[i]) >= 0x80) characters = true;
    if (expression[i] != '\\') continue;
    ++i;
    if (i + 1 >= expression.size() || expression[i] != 'x') continue;
    const HexEscape escape = classify_escape(expression, i + 1);
    if (escape == HexEscape::byte) return false;
    if (escape == HexEscape::character) characters = true;
  }
  return characters;
}

}  // namespace secondlook
