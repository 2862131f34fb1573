#include "analyzer/rule_engine/patterns/pattern_outline.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "analyzer/rule_engine/patterns/pattern_classes.h"

namespace secondlook {
namespace {

using Kind = OutlineNode::Kind;

constexpr int kDeepest = 100;

OutlineNode node_of(Kind kind) {
  OutlineNode node;
  node.kind = kind;
  return node;
}

class OutlineReader {
 public:
  OutlineReader(const PerlPattern& pattern, bool by_characters)
      : text_(pattern.expression),
        by_characters_(by_characters),
        flags_{pattern.caseless, pattern.extended, pattern.dot_all} {}

  OutlineNode read() {
    OutlineNode whole = read_alternatives();
    return failed_ || !at_end() ? node_of(Kind::anything) : whole;
  }

 private:
  struct Flags {
    bool caseless = false, extended = false, dot_all = false;
  };

  bool at_end() const { return position_ >= text_.size(); }
  bool is_next(std::string_view what) const { return text_.substr(position_).starts_with(what); }
  bool take(std::string_view what) {
    const bool is_there = is_next(what);
    if (is_there) position_ += what.size();
    return is_there;
  }

  OutlineNode give_up() {
    failed_ = true;
    position_ = text_.size();
    return node_of(Kind::anything);
  }

  // Up to a closing parenthesis or the end.
  OutlineNode read_alternatives() {
    if (++depth_ > kDeepest) return give_up();
    OutlineNode all = node_of(Kind::alternation);
    do {
      all.parts.push_back(read_sequence());
    } while (take("|"));
    --depth_;
    if (all.parts.size() == 1) return std::move(all.parts.front());
    return all;
  }

  OutlineNode read_sequence() {
    OutlineNode all = node_of(Kind::sequence);
    while (!at_end() && text_[position_] != '|' && text_[position_] != ')') {
      if (flags_.extended && skip_blank()) continue;
      OutlineNode atom = read_atom();
      const std::size_t behind = position_;
      while (skip_unseen()) {
      }
      // What is repeated stands before all that: not worth the trouble.
      if (position_ != behind && is_at_repeat()) give_up();
      all.parts.push_back(read_repeat(std::move(atom)));
    }
    return all;
  }

  bool is_at_repeat() const {
    return !at_end() && std::string_view("*+?{").find(text_[position_]) != text_.npos;
  }

  // Comments, a lone \E, blanks where they mean nothing: a repeat behind them is for what stands
  // before.
  bool skip_unseen() {
    if (flags_.extended && skip_blank()) return true;
    if (take("\\E")) return true;
    if (!is_next("(?#")) return false;
    position_ = std::min(text_.find(')', position_), text_.size() - 1) + 1;
    return true;
  }

  bool skip_blank() {
    if (at_end()) return false;
    if (text_[position_] == '#') {
      position_ = std::min(text_.find('\n', position_), text_.size());
      return true;
    }
    if (std::string_view(" \t\n\v\f\r").find(text_[position_]) != std::string_view::npos) {
      ++position_;
      return true;
    }
    // Next line, the marks of direction, line and paragraph separator: pcre2pattern,
    // "PCRE2_EXTENDED".
    if (!by_characters_) return take("\x85");
    return take("\xc2\x85") || take("\xe2\x80\x8e") || take("\xe2\x80\x8f") ||
           take("\xe2\x80\xa8") || take("\xe2\x80\xa9");
  }

  OutlineNode read_atom();
  OutlineNode read_group();
  OutlineNode read_inline_flags();
  OutlineNode read_escape();
  OutlineNode read_code(std::uint32_t code);
  OutlineNode read_class();
  OutlineNode read_character();
  OutlineNode read_repeat(OutlineNode atom);
  OutlineNode byte_node(std::bitset<256> bytes);
  std::uint32_t read_number();

  std::string_view text_;
  bool by_characters_;
  Flags flags_;
  std::size_t position_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

// In UTF-8 the letters k and s have a third case beyond ASCII.
OutlineNode OutlineReader::byte_node(std::bitset<256> bytes) {
  if (flags_.caseless) bytes = with_both_cases(bytes);
  const bool leaves_ascii = flags_.caseless && (bytes['k'] || bytes['s']);
  if (by_characters_ && (leaves_ascii || (bytes >> 128).any())) return node_of(Kind::anything);
  OutlineNode node = node_of(Kind::byte);
  node.bytes = bytes;
  return node;
}

OutlineNode OutlineReader::read_code(std::uint32_t code) {
  if (code > 0xff || (by_characters_ && code > 0x7f)) return node_of(Kind::anything);
  return byte_node(std::bitset<256>().set(code));
}

// A character as it stands; beyond ASCII, in character patterns, all of its bytes.
OutlineNode OutlineReader::read_character() {
  const auto first = static_cast<std::uint8_t>(text_[position_++]);
  if (!by_characters_ || first < 0x80) return byte_node(std::bitset<256>().set(first));
  OutlineNode all = node_of(flags_.caseless ? Kind::anything : Kind::sequence);
  for (--position_; !at_end() && (all.parts.empty() || (text_[position_] & 0xc0) == 0x80);) {
    OutlineNode byte = node_of(Kind::byte);
    byte.bytes.set(static_cast<std::uint8_t>(text_[position_++]));
    all.parts.push_back(std::move(byte));
  }
  if (all.kind == Kind::anything) all.parts.clear();
  return all;
}

OutlineNode OutlineReader::read_atom() {
  switch (text_[position_]) {
    case '\\': ++position_; return read_escape();
    case '[': ++position_; return read_class();
    case '(': ++position_; return read_group();
    case '.': {
      ++position_;
      std::bitset<256> bytes;
      bytes.set();
      if (!flags_.dot_all) bytes.reset('\n');
      return byte_node(bytes);
    }
    case '^':
    case '$': ++position_; return node_of(Kind::nothing);
    case '*':
    case '+':
    case '?': return give_up();
    default: return read_character();
  }
}

OutlineNode OutlineReader::read_escape() {
  if (at_end()) return give_up();
  if (const auto bytes = escaped_class(text_[position_])) {
    ++position_;
    return byte_node(*bytes);
  }
  if (take("Q")) {
    OutlineNode all = node_of(Kind::sequence);
    // A repeat behind it means the last character only: not worth the trouble.
    while (!at_end() && !is_next("\\E")) all.parts.push_back(read_character());
    take("\\E");
    return is_at_repeat() ? give_up() : all;
  }
  const char letter = text_[position_];
  if (letter == 'G') return give_up();  // it asks where the search began, which guards move
  if (take("b")) return node_of(Kind::word_edge);
  if (std::string_view("BAzZKE").find(letter) != std::string_view::npos) {
    ++position_;
    return node_of(Kind::nothing);
  }
  const auto code = read_escaped_code(text_, position_);
  if (code) return read_code(*code);
  if (letter >= '1' && letter <= '9') {
    while (!at_end() && text_[position_] >= '0' && text_[position_] <= '9') ++position_;
    return node_of(Kind::anything);
  }
  if (is_letter_or_digit(letter)) {
    // \R \X \p{…} \g{…} \k<…>: one or more characters that are not worth knowing.
    if (std::string_view("RXhHvVN").find(letter) == std::string_view::npos) return give_up();
    ++position_;
    return node_of(Kind::anything);
  }
  return read_character();
}

OutlineNode OutlineReader::read_class() {
  const auto read = read_bracketed_class(text_, position_, flags_.caseless);
  if (!read) return give_up();
  if (read->has_characters) return node_of(Kind::anything);
  if (by_characters_ && read->is_negated) return node_of(Kind::anything);
  return byte_node(read->bytes);
}

OutlineNode OutlineReader::read_group() {
  const Flags outside = flags_;
  bool takes_room = true;
  if (take("*")) return give_up();
  if (take("?")) {
    if (take("#")) {
      position_ = std::min(text_.find(')', position_), text_.size() - 1) + 1;
      return node_of(Kind::nothing);
    }
    if (take("=") || take("!") || take("<=") || take("<!")) {
      takes_room = false;
    } else if (take("P<") || take("<") || take("'")) {
      position_ = std::min(text_.find_first_of(">'", position_), text_.size() - 1) + 1;
    } else if (take("(") || is_next("P") || is_next("R") || is_next("&") || is_next("C")) {
      return give_up();  // conditions and recursion
    } else if (!take(":") && !take(">")) {
      const OutlineNode flags = read_inline_flags();
      if (failed_ || (position_ > 0 && text_[position_ - 1] == ')')) return flags;
    }
  }
  OutlineNode inside = read_alternatives();
  flags_ = outside;
  if (!take(")")) return give_up();
  return takes_room ? inside : node_of(Kind::nothing);
}

// "i)" holds to the end of the group that it stands in, "i:" for its own.
OutlineNode OutlineReader::read_inline_flags() {
  bool value = true;
  while (!at_end() && text_[position_] != ')' && text_[position_] != ':') {
    switch (text_[position_++]) {
      case '^': flags_ = {}; break;
      case '-': value = false; break;
      case 'i': flags_.caseless = value; break;
      case 'x': flags_.extended = value; break;
      case 's': flags_.dot_all = value; break;
      case 'm':
      case 'n': break;
      default: return give_up();
    }
  }
  if (at_end()) return give_up();
  ++position_;
  return node_of(Kind::nothing);
}

std::uint32_t OutlineReader::read_number() {
  std::uint32_t number = 0;
  while (!at_end() && text_[position_] >= '0' && text_[position_] <= '9') {
    number = std::min<std::uint32_t>(number * 10 + std::uint32_t(text_[position_++] - '0'), 100000);
  }
  return number;
}

OutlineNode OutlineReader::read_repeat(OutlineNode atom) {
  for (bool first = true; !at_end(); first = false) {
    std::uint32_t least = 0, most = kNoMost;
    const char next = text_[position_];
    if (next == '?') {
      most = 1;
    } else if (next == '+') {
      least = 1;
    } else if (next == '{' && position_ + 1 < text_.size() && text_[position_ + 1] >= '0' &&
               text_[position_ + 1] <= '9') {
      const std::size_t start = position_++;
      least = most = read_number();
      if (take(",")) most = is_next("}") ? kNoMost : read_number();
      if (!is_next("}")) {
        position_ = start;  // "{3x": as it stands
        return atom;
      }
    } else if (next == '{' && position_ + 1 < text_.size() && text_[position_ + 1] == ',') {
      return give_up();  // means one thing or another by PCRE2's version
    } else if (next != '*') {
      return atom;
    }
    ++position_;
    if (!first) return give_up();
    if (!take("?")) take("+");
    if (atom.kind == Kind::word_edge) atom.kind = Kind::nothing;  // perhaps not asked at all
    OutlineNode repeat = node_of(Kind::repeat);
    repeat.least = least;
    repeat.most = most;
    repeat.parts.push_back(std::move(atom));
    atom = std::move(repeat);
  }
  return atom;
}

}  // namespace

std::uint32_t add_widths(std::uint32_t left, std::uint32_t right) {
  return left > kNoMost - right ? kNoMost : left + right;
}

std::uint32_t repeat_width(std::uint32_t width, std::uint32_t times) {
  if (width == 0 || times == 0) return 0;
  return width > kNoMost / times ? kNoMost : width * times;
}

std::uint32_t most_width(const OutlineNode& node) {
  std::uint32_t width = 0;
  switch (node.kind) {
    case OutlineNode::Kind::nothing:
    case OutlineNode::Kind::word_edge: return 0;
    case OutlineNode::Kind::byte: return 1;
    case OutlineNode::Kind::anything: return kNoMost;
    case OutlineNode::Kind::repeat: return repeat_width(most_width(node.parts.front()), node.most);
    case OutlineNode::Kind::sequence:
      for (const OutlineNode& part : node.parts) width = add_widths(width, most_width(part));
      return width;
    case OutlineNode::Kind::alternation:
      for (const OutlineNode& part : node.parts) width = std::max(width, most_width(part));
      return width;
  }
  return kNoMost;
}

namespace {

// Behind the class that begins at `begin`; the end of the text where it has no end.
std::size_t behind_class(std::string_view text, std::size_t begin) {
  std::size_t i = begin + 1;
  if (i < text.size() && text[i] == '^') ++i;
  if (i < text.size() && text[i] == ']') ++i;
  for (; i < text.size() && text[i] != ']'; ++i) {
    if (text[i] == '\\') ++i;
    if (text.substr(i).starts_with("[:")) i = std::min(text.find(":]", i), text.size() - 2) + 1;
  }
  return std::min(i + 1, text.size());
}

// Comments may hold brackets and bars that are none: (?#…), and # where (?x) is written.
bool may_hold_comments(std::string_view expression) {
  for (std::size_t at = expression.find("(?"); at != expression.npos;
       at = expression.find("(?", at + 2)) {
    const std::size_t end = expression.find_first_not_of("abcdefghijklmnopqrstuvwxyz^-", at + 2);
    const std::string_view settings = expression.substr(at + 2, end - at - 2);
    if (expression.substr(at + 2).starts_with('#') || settings.find('x') != settings.npos)
      return true;
  }
  return false;
}

}  // namespace

bool begins_line(const PerlPattern& pattern) {
  const std::string_view text = pattern.expression;
  if (!text.starts_with('^') && !text.starts_with("\\A")) return false;
  const std::size_t behind = text.front() == '^' ? 1 : 2;
  constexpr std::string_view kRepeats = "?*+{";
  if (behind < text.size() && kRepeats.find(text[behind]) != text.npos) return false;
  if (may_hold_comments(text)) return false;
  // An alternative outside of all groups would be free of it.
  int depth = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char byte = text[i];
    if (byte == '|' && depth == 0) return false;
    if (byte == '(') ++depth;
    if (byte == ')') --depth;
    i = byte == '[' ? behind_class(text, i) : i + (byte == '\\' ? 2 : 1);
  }
  return depth == 0 && !pattern.extended && text.find("\\Q") == text.npos;
}

OutlineNode outline_of(const PerlPattern& pattern, bool by_characters) {
  // /xx: blanks in classes do not count either.
  if (pattern.extended_more) return node_of(Kind::anything);
  return OutlineReader(pattern, by_characters).read();
}

}  // namespace secondlook
