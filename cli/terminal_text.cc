#include "cli/terminal_text.h"

#include <cstdint>
#include <cstdio>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace secondlook {
namespace {

// One character of possibly broken UTF-8; a broken byte stands for itself with value -1.
struct Character {
  UChar32 value = -1;
  std::string_view bytes;
};

Character take_character(std::string_view& text) {
  std::int32_t offset = 0;
  const std::size_t most = text.size() < 4 ? text.size() : 4;
  UChar32 value = -1;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  U8_NEXT(bytes, offset, static_cast<std::int32_t>(most), value);
  // A broken sequence is taken a byte at a time, so that the good bytes behind it are kept.
  const std::size_t length = value < 0 ? 1 : static_cast<std::size_t>(offset);
  const Character character{value, text.substr(0, length)};
  text.remove_prefix(length);
  return character;
}

bool is_invisible_format(UChar32 c) {
  if (c == 0x200c || c == 0x200d) return false;  // joiners: part of how words are spelt
  return u_charType(c) == U_FORMAT_CHAR;         // bidi controls, zero widths, tags, soft hyphen
}

bool must_be_escaped(UChar32 c) {
  if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) return true;
  if (c < 0x80) return false;
  return c == 0x2028 || c == 0x2029 || is_invisible_format(c) || U_IS_UNICODE_NONCHAR(c);
}

void append_terminal_escape(std::string& line, const Character& character) {
  char code[16];
  if (character.value == '\n') {
    line += "\\n";
  } else if (character.value == '\r') {
    line += "\\r";
  } else if (character.value == '\t') {
    line += "\\t";
  } else if (character.value < 0x80) {  // a control, or a byte that is no UTF-8
    std::snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned char>(character.bytes[0]));
    line += code;
  } else {
    std::snprintf(code, sizeof code, "\\u{%x}", static_cast<unsigned>(character.value));
    line += code;
  }
}

void append_json_unit(std::string& json, unsigned unit) {
  char code[8];
  std::snprintf(code, sizeof code, "\\u%04x", unit & 0xffff);
  json += code;
}

void append_json_escape(std::string& json, UChar32 value) {
  if (value < 0) return append_json_unit(json, 0xfffd);
  const auto code_point = static_cast<unsigned>(value);
  if (code_point < 0x10000) return append_json_unit(json, code_point);
  append_json_unit(json, 0xd800 + ((code_point - 0x10000) >> 10));
  append_json_unit(json, 0xdc00 + ((code_point - 0x10000) & 0x3ff));
}

std::size_t width_of(UChar32 c) {
  if (c >= 0x20 && c < 0x7f) return 1;
  switch (u_charType(c)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR: return 0;
    default: break;
  }
  const int east_asian = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return east_asian == U_EA_WIDE || east_asian == U_EA_FULLWIDTH ? 2 : 1;
}

bool begins_formula(std::string_view text) {
  if (text.empty()) return false;
  switch (take_character(text).value) {
    case '=':
    case '+':
    case '-':
    case '@':
    case '\t':
    case '\r':
    case 0xff1d:  // full-width: a Japanese spreadsheet takes them for the plain ones
    case 0xff0b:
    case 0xff0d:
    case 0xff20: return true;
    default: return false;
  }
}

}  // namespace

std::string terminal_text(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  while (!text.empty()) {
    const Character character = take_character(text);
    if (character.value < 0 || must_be_escaped(character.value))
      append_terminal_escape(line, character);
    else
      line += character.bytes;
  }
  return line;
}

std::string json_text(std::string_view json) {
  std::string safe;
  safe.reserve(json.size());
  while (!json.empty()) {
    const Character character = take_character(json);
    if (character.value < 0 || must_be_escaped(character.value))
      append_json_escape(safe, character.value);
    else
      safe += character.bytes;
  }
  return safe;
}

std::string json_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  quoted += '"';
  return json_text(quoted);
}

std::string csv_field(std::string_view text) {
  std::string value = terminal_text(text);
  if (begins_formula(text) || begins_formula(value)) value.insert(value.begin(), '\'');
  const bool plain = value.find_first_of(",\"") == std::string::npos && !value.starts_with(' ') &&
                     !value.ends_with(' ');
  if (plain) return value;
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += width_of(take_character(text).value);
  return width;
}

std::string fit_to_width(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return "";
  std::string cut;
  std::size_t used = 1;  // the ellipsis
  while (!text.empty()) {
    const Character character = take_character(text);
    used += width_of(character.value);
    if (used > width) break;
    cut += character.bytes;
  }
  return cut + "…";
}

}  // namespace secondlook
