// Text to MetaExpression.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "analyzer/rule_engine/parser/meta_expression.h"
#include "analyzer/rule_engine/parser/rule_line.h"

namespace secondlook {

// Recursive descent over the levels of precedence; writes the steps in the order of evaluation.
class MetaReader {
 public:
  explicit MetaReader(std::string_view text) : text_(text) {}

  Parsed<MetaExpression> read() {
    read_level(0);
    skip_blanks();
    if (position_ < text_.size()) complain("expected an operator such as && or +");
    if (mistake_) return *mistake_;
    expression_.find_needed();
    expression_.join_steps();
    expression_.find_zero_steps();
    return std::move(expression_);
  }

 private:
  using Operation = MetaExpression::Operation;
  struct Operator {
    std::string_view sign;
    Operation operation;
  };
  // From the loosest to the tightest; of two signs with one beginning, the longer stands first.
  static constexpr std::size_t kLevels = 6;
  static const std::array<std::vector<Operator>, kLevels>& levels() {
    static const std::array<std::vector<Operator>, kLevels> table = {{
        {{"||", Operation::either}},
        {{"&&", Operation::both}},
        {{"==", Operation::equal}, {"!=", Operation::different}},
        {{"<=", Operation::at_most},
         {">=", Operation::at_least},
         {"<", Operation::less},
         {">", Operation::greater}},
        {{"+", Operation::add}, {"-", Operation::subtract}},
        {{"*", Operation::multiply}, {"/", Operation::divide}},
    }};
    return table;
  }

  void read_level(std::size_t level) {
    if (level == kLevels) return read_operand();
    read_level(level + 1);
    while (const Operator* found = take_operator(level)) {
      read_level(level + 1);
      emit({found->operation});
    }
  }

  const Operator* take_operator(std::size_t level) {
    skip_blanks();
    for (const Operator& candidate : levels()[level]) {
      if (!text_.substr(position_).starts_with(candidate.sign)) continue;
      position_ += candidate.sign.size();
      return &candidate;
    }
    return nullptr;
  }

  void read_operand() {
    if (mistake_) return;
    if (++depth_ > kDeepest) return complain("nested too deeply; divide it into several metas");
    if (take('!')) {
      read_operand();
      emit({Operation::invert});
    } else if (take('-')) {
      read_operand();
      emit({Operation::negate});
    } else if (take('(')) {
      read_level(0);
      if (!take(')')) complain("\")\" is missing");
    } else {
      read_word();
    }
    --depth_;
  }

  void read_word() {
    skip_blanks();
    const std::size_t begin = position_;
    while (position_ < text_.size() && is_word(text_[position_])) ++position_;
    const std::string_view word = text_.substr(begin, position_ - begin);
    double number = 0;
    const auto [end, failure] =
        std::from_chars(word.data(), word.data() + word.size(), number, std::chars_format::fixed);
    if (word.empty()) {
      complain(begin < text_.size() ? "expected a rule's name or a number"
                                    : "ends where a rule's name or a number is expected");
    } else if (failure == std::errc() && end == word.data() + word.size()) {
      emit({Operation::number, number});
    } else if ((word[0] >= '0' && word[0] <= '9') || word.find('.') != word.npos) {
      position_ = begin;
      complain("\"" + std::string(word) + "\" is neither a number nor a rule's name");
    } else {
      emit({Operation::name, 0, index_of(word)});
    }
  }

  std::size_t index_of(std::string_view name) {
    std::vector<std::string>& names = expression_.names_;
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    names.emplace_back(name);
    return names.size() - 1;
  }

  static bool is_word(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '.';
  }

  bool take(char sign) {
    skip_blanks();
    if (position_ >= text_.size() || text_[position_] != sign) return false;
    if (sign == '!' && text_.substr(position_).starts_with("!=")) return false;
    ++position_;
    return true;
  }

  void skip_blanks() {
    while (position_ < text_.size() && is_blank(text_[position_])) ++position_;
  }

  void emit(MetaExpression::Step step) {
    const bool is_value = step.operation == Operation::number || step.operation == Operation::name;
    const bool takes_one =
        step.operation == Operation::negate || step.operation == Operation::invert;
    if (is_value) expression_.deepest_ = std::max(expression_.deepest_, ++height_);
    if (!is_value && !takes_one && height_ > 1) --height_;
    expression_.steps_.push_back(step);
  }

  void complain(std::string message) {
    if (!mistake_) mistake_ = Mistake{position_, "meta: " + std::move(message)};
    position_ = text_.size();
  }

  static constexpr int kDeepest = 100;

  std::string_view text_;
  std::size_t position_ = 0;
  int depth_ = 0;
  std::size_t height_ = 0;  // of the stack
  MetaExpression expression_;
  std::optional<Mistake> mistake_;
};

Parsed<MetaExpression> parse_meta_expression(std::string_view text) {
  return MetaReader(text).read();
}

}  // namespace secondlook
