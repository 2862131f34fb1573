#include "analyzer/message/content_field.h"

#include <algorithm>
#include <map>

#include "analyzer/message/ascii.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostParameters = 1000;

// Walks over one field's value.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return text_[at_]; }
  void skip() { ++at_; }

  void skip_blanks_and_comments() {
    while (!at_end()) {
      if (is_space(peek())) {
        ++at_;
      } else if (peek() == '(') {
        skip_comment();
      } else {
        return;
      }
    }
  }

  std::string_view take_until(std::string_view stops) {
    const std::size_t start = at_;
    at_ = std::min(text_.find_first_of(stops, at_), text_.size());
    return text_.substr(start, at_ - start);
  }

  // The cursor stands on the opening quote.
  std::string take_quoted() {
    std::string value;
    std::size_t i = at_ + 1;
    for (; i < text_.size() && text_[i] != '"'; ++i) {
      if (text_[i] == '\\' && i + 1 < text_.size()) ++i;
      if (text_[i] != '\r' && text_[i] != '\n') value += text_[i];
    }
    if (i < text_.size()) {
      at_ = i + 1;
      return value;
    }
    ++at_;  // never closed: it ends with the line
    return std::string(trim(take_until("\r\n")));
  }

 private:
  void skip_comment() {
    int depth = 0;
    for (; !at_end(); ++at_) {
      const char c = peek();
      if (c == '\\') {
        ++at_;
      } else if (c == '(') {
        ++depth;
      } else if (c == ')' && --depth == 0) {
        ++at_;
        return;
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// The pieces of one RFC 2231 parameter: name*0*=..., name*1=...; a plain `name*=` is piece 0.
struct Pieces {
  struct Piece {
    std::string text;
    bool encoded = false;
  };
  std::map<int, Piece> by_number;

  std::string joined() const {
    std::string charset, bytes;
    int expected = 0;
    for (const auto& [number, piece] : by_number) {
      if (number != expected++) break;  // RFC 2231 §3: what follows a gap belongs to nothing
      std::string_view text = piece.text;
      if (number == 0 && piece.encoded) charset = take_charset(text);
      bytes += piece.encoded ? percent_decoded(text) : std::string(text);
    }
    return to_utf8(bytes, charset);
  }

 private:
  // charset'language'text
  static std::string take_charset(std::string_view& text) {
    const std::size_t first = text.find('\'');
    const std::size_t second = first == std::string_view::npos ? first : text.find('\'', first + 1);
    if (second == std::string_view::npos) return {};
    std::string charset(text.substr(0, first));
    text.remove_prefix(second + 1);
    return charset;
  }
};

struct RawParameter {
  std::string name;
  std::string value;
};

// Unquoted values end at a blank, except in file names, where clients read up to the semicolon.
std::string take_value(Cursor& cursor, std::string_view name) {
  cursor.skip_blanks_and_comments();
  if (cursor.at_end()) return {};
  if (cursor.peek() == '"') return cursor.take_quoted();
  const bool is_file_name = name.starts_with("name") || name.starts_with("filename");
  return std::string(trim(cursor.take_until(is_file_name ? ";\r\n" : "; \t\r\n(")));
}

std::vector<RawParameter> read_parameters(Cursor& cursor) {
  std::vector<RawParameter> parameters;
  while (parameters.size() < kMostParameters) {
    cursor.skip_blanks_and_comments();
    if (cursor.at_end()) break;
    if (cursor.peek() == ';' || cursor.peek() == '=') {
      cursor.skip();
      continue;
    }
    std::string name = to_ascii_lower(trim(cursor.take_until("=; \t\r\n(")));
    cursor.skip_blanks_and_comments();
    if (cursor.at_end() || cursor.peek() != '=') continue;
    cursor.skip();
    std::string value = take_value(cursor, name);
    parameters.push_back({std::move(name), std::move(value)});
  }
  return parameters;
}

// "name*0*" into base, number and whether it is percent-encoded; false for a plain name.
bool split_extended_name(std::string_view name, std::string& base, int& number, bool& encoded) {
  const std::size_t star = name.find('*');
  if (star == std::string_view::npos) return false;
  base = std::string(name.substr(0, star));
  std::string_view rest = name.substr(star + 1);
  encoded = rest.empty() || rest.ends_with('*');
  if (rest.ends_with('*')) rest.remove_suffix(1);
  number = 0;
  for (const char c : rest.substr(0, 4)) {
    if (!is_digit(c)) return false;
    number = number * 10 + (c - '0');
  }
  return true;
}

}  // namespace

std::string_view ContentField::parameter(std::string_view name) const {
  for (const auto& parameter : parameters) {
    if (parameter.first == name) return parameter.second;
  }
  return {};
}

ContentField parse_content_field(std::string_view raw) {
  Cursor cursor(raw);
  ContentField field;
  cursor.skip_blanks_and_comments();
  if (!cursor.at_end() && cursor.peek() == '"') {
    field.value = to_ascii_lower(trim(cursor.take_quoted()));
  } else {
    field.value = to_ascii_lower(trim(cursor.take_until("; \t\r\n(\"")));
  }
  std::map<std::string, Pieces> extended;
  std::map<std::string, std::string> plain;
  for (RawParameter& parameter : read_parameters(cursor)) {
    std::string base;
    int number = 0;
    bool encoded = false;
    if (split_extended_name(parameter.name, base, number, encoded)) {
      extended[base].by_number.try_emplace(number,
                                           Pieces::Piece{std::move(parameter.value), encoded});
    } else {
      plain.try_emplace(std::move(parameter.name), std::move(parameter.value));
    }
  }
  for (const auto& [name, pieces] : extended) {
    std::string text = pieces.joined();
    if (!text.empty()) plain[name] = std::move(text);
  }
  field.parameters.assign(std::make_move_iterator(plain.begin()),
                          std::make_move_iterator(plain.end()));
  return field;
}

}  // namespace secondlook
