#include "analyzer/rule_engine/patterns/pattern_classes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace secondlook {
namespace {

using Bytes = std::bitset<256>;

Bytes range(unsigned first, unsigned last) {
  Bytes bytes;
  for (unsigned byte = first; byte <= last; ++byte) bytes.set(byte);
  return bytes;
}

Bytes letters() {
  return range('a', 'z') | range('A', 'Z');
}

Bytes digits() {
  return range('0', '9');
}

Bytes spaces() {
  return range('\t', '\r') | Bytes().set(' ');
}

int digit_of(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  const char lower = static_cast<char>(byte | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

// At most `most` digits of `base`.
std::uint32_t read_digits(std::string_view text, std::size_t& position, int base,
                          std::size_t most) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < most && position < text.size() && digit_of(text[position]) < base;
       ++i) {
    number = number * static_cast<std::uint32_t>(base) +
             static_cast<std::uint32_t>(digit_of(text[position++]));
  }
  return number;
}

std::optional<std::uint32_t> read_braced(std::string_view text, std::size_t& position, int base) {
  std::size_t at = position + 1;
  const std::uint32_t number = read_digits(text, at, base, 8);
  if (at >= text.size() || text[at] != '}') return std::nullopt;
  position = at + 1;
  return number;
}

std::optional<Bytes> named_class(std::string_view name) {
  const Bytes alphanumeric = letters() | digits();
  const Bytes graphic = range(0x21, 0x7e);
  const std::array<std::pair<std::string_view, Bytes>, 14> classes = {{
      {"alpha", letters()},
      {"digit", digits()},
      {"alnum", alphanumeric},
      {"lower", range('a', 'z')},
      {"upper", range('A', 'Z')},
      {"space", spaces()},
      {"blank", Bytes().set(' ').set('\t')},
      {"punct", graphic & ~alphanumeric},
      {"graph", graphic},
      {"print", range(0x20, 0x7e)},
      {"cntrl", range(0, 0x1f) | Bytes().set(0x7f)},
      {"xdigit", digits() | range('a', 'f') | range('A', 'F')},
      {"word", alphanumeric | Bytes().set('_')},
      {"ascii", range(0, 0x7f)},
  }};
  const auto found = std::find_if(classes.begin(), classes.end(),
                                  [name](const auto& each) { return each.first == name; });
  if (found == classes.end()) return std::nullopt;
  return found->second;
}

// One member of a class: a set, or a single code that may begin a range.
struct Member {
  Bytes bytes;
  std::optional<std::uint32_t> code;
};

std::optional<Member> read_named(std::string_view text, std::size_t& position) {
  const std::size_t end = text.find(":]", position + 2);
  if (end == text.npos) return std::nullopt;
  std::string_view name = text.substr(position + 2, end - position - 2);
  const bool is_negated = name.starts_with('^');
  const auto found = named_class(name.substr(is_negated ? 1 : 0));
  // The opposite of a named class would hold characters beyond bytes.
  if (!found || is_negated) return std::nullopt;
  position = end + 2;
  return Member{*found, std::nullopt};
}

std::optional<Member> read_member(std::string_view text, std::size_t& position) {
  if (text.substr(position).starts_with("[:")) return read_named(text, position);
  if (text[position] != '\\') {
    return Member{{}, static_cast<std::uint8_t>(text[position++])};
  }
  if (++position >= text.size()) return std::nullopt;
  if (const auto bytes = escaped_class(text[position])) {
    // \W and the like hold, by characters, all beyond ASCII too: they have the high bytes here.
    ++position;
    return Member{*bytes, std::nullopt};
  }
  if (text[position] == 'b') {
    ++position;
    return Member{{}, 8};
  }
  if (text[position] >= '1' && text[position] <= '7') {
    return Member{{}, read_digits(text, position, 8, 3)};
  }
  if (const auto code = read_escaped_code(text, position)) return Member{{}, *code};
  if (is_letter_or_digit(text[position])) return std::nullopt;
  return Member{{}, static_cast<std::uint8_t>(text[position++])};
}

}  // namespace

bool is_letter_or_digit(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9');
}

Bytes with_both_cases(Bytes bytes) {
  for (unsigned letter = 'a'; letter <= 'z'; ++letter) {
    const bool either = bytes[letter] || bytes[letter - 0x20];
    bytes[letter] = either;
    bytes[letter - 0x20] = either;
  }
  return bytes;
}

std::optional<Bytes> escaped_class(char letter) {
  switch (letter) {
    case 'd': return digits();
    case 'D': return ~digits();
    case 's': return spaces();
    case 'S': return ~spaces();
    case 'w': return letters() | digits() | Bytes().set('_');
    case 'W': return ~(letters() | digits() | Bytes().set('_'));
    default: return std::nullopt;
  }
}

std::optional<std::uint32_t> read_escaped_code(std::string_view text, std::size_t& position) {
  const char letter = text[position];
  const std::size_t behind = position + 1;
  const bool braced = behind < text.size() && text[behind] == '{';
  constexpr std::string_view kNames = "nrtfae";
  constexpr std::string_view kCodes = "\n\r\t\f\a\x1b";
  if (const std::size_t at = kNames.find(letter); at != kNames.npos) {
    ++position;
    return static_cast<std::uint8_t>(kCodes[at]);
  }
  if (letter == '0') return read_digits(text, position, 8, 3);
  if (letter == 'x' || letter == 'o') {
    std::size_t at = behind;
    if (!braced && letter == 'o') return std::nullopt;
    const auto code =
        braced ? read_braced(text, at, letter == 'x' ? 16 : 8) : read_digits(text, at, 16, 2);
    if (code) position = at;
    return code;
  }
  if (letter == 'c' && behind < text.size() && static_cast<std::uint8_t>(text[behind]) < 0x80) {
    position += 2;
    const char upper = text[behind];
    return static_cast<std::uint32_t>((upper >= 'a' && upper <= 'z' ? upper - 0x20 : upper) ^ 0x40);
  }
  return std::nullopt;
}

std::optional<BracketedClass> read_bracketed_class(std::string_view text, std::size_t& position,
                                                   bool caseless) {
  BracketedClass read;
  if (position < text.size() && text[position] == '^') {
    read.is_negated = true;
    ++position;
  }
  for (bool first = true; position < text.size() && (first || text[position] != ']');
       first = false) {
    const auto member = read_member(text, position);
    if (!member) return std::nullopt;
    read.bytes |= member->bytes;
    std::uint32_t last = member->code.value_or(0);
    const bool is_range =
        position + 1 < text.size() && text[position] == '-' && text[position + 1] != ']';
    if (member->code && is_range) {
      const auto other = read_member(text, ++position);
      if (!other || !other->code) return std::nullopt;
      last = *other->code;
    }
    if (member->code && last > 0xff) read.has_characters = true;
    if (member->code) read.bytes |= range(*member->code, std::min<std::uint32_t>(last, 0xff));
  }
  if (position >= text.size()) return std::nullopt;
  ++position;
  if (caseless) read.bytes = with_both_cases(read.bytes);
  if (read.is_negated) read.bytes = ~read.bytes;
  return read;
}

}  // namespace secondlook
