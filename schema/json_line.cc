#include "schema/json_line.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "schema/utf8_text.h"

namespace secondlook {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool stands_as_it_is(char c) {
  return c >= 0x20 && c != '"' && c != '\\';  // bytes from 0x80 up are negative, or beyond 0x7f
}

// ASCII at the front that needs no escape.
std::size_t plain_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && stands_as_it_is(text[length]) &&
         (static_cast<unsigned char>(text[length]) & 0x80U) == 0) {
    ++length;
  }
  return length;
}

}  // namespace

// Behind what opens, and behind a name, nothing parts.
void JsonLine::separate() {
  if (line_.empty()) return;
  const char last = line_.back();
  if (last != '{' && last != '[' && last != ':') line_ += ',';
}

void JsonLine::begin(char sign) {
  separate();
  line_ += sign;
}

JsonLine& JsonLine::name(std::string_view name) {
  begin('"');
  line_ += name;
  line_ += "\":";
  return *this;
}

void JsonLine::text(std::string_view text, std::size_t most_bytes) {
  begin('"');
  for (std::size_t room = most_bytes; !text.empty();) {
    const std::size_t plain = plain_length(text);
    line_ += text.substr(0, std::min(plain, room));
    if (plain >= text.size() || plain >= room) break;
    room -= plain;
    text.remove_prefix(plain);
    const std::size_t length = utf8_character_length(text);
    const std::string_view character = length == 0 ? kReplacement : text.substr(0, length);
    if (character.size() > room) break;
    append_escaped(character);
    room -= character.size();
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  line_ += '"';
}

void JsonLine::append_escaped(std::string_view character) {
  if (character.size() > 1 || stands_as_it_is(character[0])) {
    line_ += character;
    return;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  switch (const char c = character[0]) {
    case '"': line_ += "\\\""; break;
    case '\\': line_ += "\\\\"; break;
    case '\b': line_ += "\\b"; break;
    case '\t': line_ += "\\t"; break;
    case '\n': line_ += "\\n"; break;
    case '\f': line_ += "\\f"; break;
    case '\r': line_ += "\\r"; break;
    default:
      line_ += "\\u00";
      line_ += kDigits[static_cast<unsigned char>(c) >> 4U];
      line_ += kDigits[static_cast<unsigned char>(c) & 15U];
  }
}

void JsonLine::text_or_null(std::string_view words, std::size_t most_bytes) {
  if (words.empty()) return null();
  text(words, most_bytes);
}

void JsonLine::number(std::uint64_t value) {
  separate();
  line_ += std::to_string(value);
}

void JsonLine::number(int value) {
  separate();
  line_ += std::to_string(value);
}

// nlohmann's digits, which are not always those of std::to_chars.
void JsonLine::number(double value) {
  separate();
  line_ += nlohmann::json(value).dump();
}

void JsonLine::truth(bool value) {
  separate();
  line_ += value ? "true" : "false";
}

void JsonLine::null() {
  separate();
  line_ += "null";
}

}  // namespace secondlook
