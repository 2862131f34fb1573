#include "analyzer/rule_engine/patterns/required_literal.h"

#include <algorithm>
#include <string_view>

namespace secondlook {
namespace {

constexpr int kDeepest = 50;

class LiteralReader {
 public:
  explicit LiteralReader(const PerlPattern& pattern)
      : text_(pattern.expression), extended_(pattern.extended) {}

  // Alternatives up to a closing parenthesis or the end.
  std::size_t read_alternatives() {
    if (++depth_ > kDeepest) return give_up();
    std::size_t shortest = read_sequence();
    while (!at_end() && text_[position_] == '|') {
      ++position_;
      shortest = std::min(shortest, read_sequence());
    }
    --depth_;
    return failed_ ? 0 : shortest;
  }

 private:
  bool at_end() const { return position_ >= text_.size(); }

  std::size_t give_up() {
    failed_ = true;
    position_ = text_.size();
    return 0;
  }

  std::size_t read_sequence() {
    std::size_t longest = 0, run = 0;
    while (!at_end() && text_[position_] != '|' && text_[position_] != ')') {
      const Atom atom = read_atom();
      const Repeat repeat = read_repeat();
      if (atom.is_plain && repeat == Repeat::once) {
        ++run;
      } else if (!atom.is_edge) {
        // "ab+c": the b closes the run it is part of.
        if (atom.is_plain && repeat == Repeat::some) ++run;
        longest = std::max(longest, run);
        run = atom.is_plain && repeat == Repeat::some ? 1 : 0;
        if (repeat != Repeat::maybe) longest = std::max(longest, atom.literal);
      }
    }
    return std::max(longest, run);
  }

  struct Atom {
    bool is_plain = false;    // one character that stands for itself
    bool is_edge = false;     // ^ $ \b: takes no room
    std::size_t literal = 0;  // of a group
  };
  enum class Repeat { once, some, maybe };

  Atom read_atom() {
    const char byte = text_[position_++];
    switch (byte) {
      case '\\': return read_escape();
      case '[': skip_class(); return {};
      case '(': return read_group();
      case '.': return {};
      case '^':
      case '$': return {false, true};
      default: break;
    }
    if (extended_ && byte == '#') {
      while (!at_end() && text_[position_] != '\n') ++position_;
      return {false, true};
    }
    if (extended_ && (byte == ' ' || byte == '\t' || byte == '\n')) return {false, true};
    return {true};
  }

  Atom read_escape() {
    if (at_end()) return {};
    const char byte = text_[position_++];
    if (byte == 'b' || byte == 'B' || byte == 'A' || byte == 'z' || byte == 'Z')
      return {false, true};
    const bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                           (byte >= '0' && byte <= '9');
    if (byte == 'x') return read_hex();
    if (byte == 'Q' || byte == 'E' || byte == 'p' || byte == 'P' || byte == 'g' || byte == 'k' ||
        byte == 'N' || byte == 'c' || byte == 'o') {
      give_up();
    }
    return {!is_letter};
  }

  Atom read_hex() {
    if (!at_end() && text_[position_] == '{') {
      position_ = std::min(text_.find('}', position_), text_.size() - 1) + 1;
    } else {
      position_ = std::min(position_ + 2, text_.size());
    }
    return {true};
  }

  void skip_class() {
    if (!at_end() && text_[position_] == '^') ++position_;
    if (!at_end() && text_[position_] == ']') ++position_;
    while (!at_end() && text_[position_] != ']') {
      if (text_.substr(position_).starts_with("[:")) {
        const std::size_t end = text_.find(":]", position_);
        if (end != text_.npos) position_ = end + 1;
      } else if (text_[position_] == '\\') {
        ++position_;
      }
      ++position_;
    }
    ++position_;
  }

  Atom read_group() {
    bool counts = true;
    if (!at_end() && text_[position_] == '?') {
      const std::string_view rest = text_.substr(position_);
      counts = rest.starts_with("?:") || rest.starts_with("?>") || rest.starts_with("?i:");
      if (!counts && !rest.starts_with("?=") && !rest.starts_with("?!") &&
          !rest.starts_with("?<")) {
        give_up();
        return {};
      }
      if (rest.starts_with("?<")) give_up();
      position_ = std::min(position_ + (rest.starts_with("?i:") ? 3 : 2), text_.size());
    }
    const std::size_t literal = read_alternatives();
    if (!at_end()) ++position_;
    return {false, !counts, counts ? literal : 0};
  }

  Repeat read_repeat() {
    if (at_end()) return Repeat::once;
    Repeat repeat = Repeat::once;
    const char byte = text_[position_];
    if (byte == '?' || byte == '*') {
      repeat = Repeat::maybe;
      ++position_;
    } else if (byte == '+') {
      repeat = Repeat::some;
      ++position_;
    } else if (byte == '{' && position_ + 1 < text_.size() && text_[position_ + 1] >= '0' &&
               text_[position_ + 1] <= '9') {
      repeat = text_[position_ + 1] == '0' ? Repeat::maybe : Repeat::some;
      position_ = std::min(text_.find('}', position_), text_.size() - 1) + 1;
    }
    if (repeat != Repeat::once && !at_end() &&
        (text_[position_] == '?' || text_[position_] == '+')) {
      ++position_;
    }
    return repeat;
  }

  std::string_view text_;
  bool extended_;
  std::size_t position_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace

std::size_t required_literal_length(const PerlPattern& pattern) {
  return LiteralReader(pattern).read_alternatives();
}

}  // namespace secondlook
