#include "analyzer/rule_engine/parser/perl_pattern.h"

namespace secondlook {
namespace {

constexpr std::string_view kWayOut = "; write it as /pattern/ or m{pattern}";

char closing_of(char opening) {
  switch (opening) {
    case '{': return '}';
    case '(': return ')';
    case '<': return '>';
    case '[': return ']';
    default: return opening;
  }
}

bool is_word(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_';
}

// Length of what stands before the expression, delimiter included; 0 when there is none.
std::size_t opening_length(std::string_view text) {
  if (text.starts_with('/')) return 1;
  const std::size_t letters = text.starts_with("qr") ? 2 : text.starts_with('m') ? 1 : 0;
  if (letters == 0 || text.size() <= letters) return 0;
  const char delimiter = text[letters];
  return is_word(delimiter) || delimiter == '\\' ? 0 : letters + 1;
}

bool set_modifier(PerlPattern& pattern, char modifier) {
  switch (modifier) {
    case 'i': pattern.caseless = true; return true;
    case 'm': pattern.multi_line = true; return true;
    case 's': pattern.dot_all = true; return true;
    case 'x':
      pattern.extended_more = pattern.extended;
      pattern.extended = true;
      return true;
    case 'n': pattern.no_capture = true; return true;
    default: return std::string_view("adulpgco").find(modifier) != std::string_view::npos;
  }
}

// The first `delimiter` in the expression that no backslash protects, or npos.
std::size_t find_unprotected(std::string_view expression, char delimiter) {
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] == '\\') {
      ++i;
    } else if (expression[i] == delimiter) {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

Parsed<PerlPattern> parse_perl_pattern(std::string_view text) {
  const std::size_t begin = opening_length(text);
  if (begin == 0) return Mistake{0, "pattern without delimiters" + std::string(kWayOut)};
  const char opening = text[begin - 1];
  const char closing = closing_of(opening);
  std::size_t end = text.size();
  while (end > begin && text[end - 1] >= 'a' && text[end - 1] <= 'z') --end;
  if (end <= begin || text[end - 1] != closing) {
    return Mistake{text.size(),
                   std::string("pattern does not end with \"") + closing + "\" and modifiers"};
  }
  PerlPattern pattern;
  pattern.offset = begin;
  pattern.expression = text.substr(begin, end - 1 - begin);
  for (std::size_t i = end; i < text.size(); ++i) {
    if (!set_modifier(pattern, text[i])) {
      return Mistake{i, std::string("unknown modifier \"") + text[i] + "\"; use i, m, s or x"};
    }
  }
  if (opening == closing) {
    const std::size_t bare = find_unprotected(pattern.expression, closing);
    if (bare != std::string::npos) {
      return Mistake{begin + bare, std::string("\"") + closing +
                                       "\" ends the pattern here; write \\" + closing +
                                       " or choose other delimiters: m{pattern}"};
    }
  }
  return pattern;
}

}  // namespace secondlook
