#include "analyzer/rule_engine/parser/meta_expression.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

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

double MetaExpression::combine_values(Operation operation, double left, double right) {
  switch (operation) {
    case Operation::multiply: return left * right;
    case Operation::divide: return right == 0 ? 0 : left / right;
    case Operation::add: return left + right;
    case Operation::subtract: return left - right;
    case Operation::less: return left < right;
    case Operation::greater: return left > right;
    case Operation::at_most: return left <= right;
    case Operation::at_least: return left >= right;
    case Operation::equal: return left == right;
    case Operation::different: return left != right;
    case Operation::both: return left != 0 ? right : left;
    case Operation::either: return left != 0 ? left : right;
    default: return 0;
  }
}

namespace {

constexpr ValueRange kYesOrNo = {0, 1};
// Beyond any count of hits, and far from where doubles overflow when a few are multiplied.
constexpr double kFar = 1e30;

ValueRange bounded(double low, double high) {
  if (std::isnan(low) || std::isnan(high)) return {-kFar, kFar};
  return {std::clamp(low, -kFar, kFar), std::clamp(high, -kFar, kFar)};
}

ValueRange multiplied(const ValueRange& left, const ValueRange& right) {
  const auto [low, high] = std::minmax(
      {left.low * right.low, left.low * right.high, left.high * right.low, left.high * right.high});
  return bounded(low, high);
}

ValueRange divided(const ValueRange& left, const ValueRange& right) {
  if (right.may_be_zero()) return {-kFar, kFar};
  return multiplied(left, bounded(1 / right.high, 1 / right.low));
}

ValueRange yes_no_or_open(bool is_yes, bool is_no) {
  return is_yes ? ValueRange::of(1) : is_no ? ValueRange::of(0) : kYesOrNo;
}

ValueRange united(const ValueRange& left, const ValueRange& right) {
  return {std::min(left.low, right.low), std::max(left.high, right.high)};
}

}  // namespace

ValueRange MetaExpression::combine_ranges(Operation operation, const ValueRange& left,
                                          const ValueRange& right) {
  const bool is_apart = left.high < right.low || right.high < left.low;
  switch (operation) {
    case Operation::multiply: return multiplied(left, right);
    case Operation::divide: return divided(left, right);
    case Operation::add: return bounded(left.low + right.low, left.high + right.high);
    case Operation::subtract: return bounded(left.low - right.high, left.high - right.low);
    case Operation::less: return yes_no_or_open(left.high < right.low, left.low >= right.high);
    case Operation::greater: return yes_no_or_open(left.low > right.high, left.high <= right.low);
    case Operation::at_most: return yes_no_or_open(left.high <= right.low, left.low > right.high);
    case Operation::at_least: return yes_no_or_open(left.low >= right.high, left.high < right.low);
    case Operation::equal: return yes_no_or_open(false, is_apart);
    case Operation::different: return yes_no_or_open(is_apart, false);
    default: return {-kFar, kFar};
  }
}

MetaExpression::Answer MetaExpression::combine(Operation operation, const Answer& left,
                                               const Answer& right) {
  const bool is_and = operation == Operation::both;
  if (is_and || operation == Operation::either) {
    // Where the left decides which side counts, the other is not asked.
    if (left.range.is_zero()) return is_and ? left : right;
    if (!left.range.may_be_zero()) return is_and ? right : left;
    if (right.range.is_zero()) return is_and ? right : left;
    return {united(is_and ? ValueRange{} : left.range, right.range),
            left.ask != kNothing ? left.ask : right.ask};
  }
  if (left.range.is_known() && right.range.is_known()) {
    const double value = combine_values(operation, left.range.low, right.range.low);
    return {ValueRange::of(std::isnan(value) ? 0 : std::clamp(value, -kFar, kFar))};
  }
  const ValueRange range = combine_ranges(operation, left.range, right.range);
  if (range.is_known()) return {range};
  return {range, left.ask != kNothing ? left.ask : right.ask};
}

// A stack of what each value needs: a name itself, an "and" what both sides need.
void MetaExpression::find_needed() {
  std::vector<std::vector<std::size_t>> stack;
  for (const Step& step : steps_) {
    switch (step.operation) {
      case Operation::number: stack.emplace_back(); break;
      case Operation::name: stack.push_back({step.name}); break;
      case Operation::negate: break;
      case Operation::invert: stack.back().clear(); break;
      default: {
        const std::vector<std::size_t> right = std::move(stack.back());
        stack.pop_back();
        if (step.operation != Operation::both)
          stack.back().clear();
        else
          stack.back().insert(stack.back().end(), right.begin(), right.end());
      }
    }
  }
  if (!stack.empty()) needed_ = std::move(stack.front());
}

MetaExpression::Answer MetaExpression::answer(std::span<const std::size_t> places,
                                              std::span<const ValueRange> values) const {
  for (const std::size_t name : needed_) {
    const std::size_t place = places[name];
    if (place == kNothing || values[place].is_zero()) return {};
  }
  constexpr std::size_t kUsual = 16;
  std::array<Answer, kUsual> usual;
  std::vector<Answer> large(deepest_ > kUsual ? deepest_ : 0);
  Answer* const stack = large.empty() ? usual.data() : large.data();
  std::size_t top = 0;  // beyond the last value
  for (const Step& step : steps_) {
    switch (step.operation) {
      case Operation::number: stack[top++] = {ValueRange::of(step.number)}; break;
      case Operation::name: {
        const std::size_t place = places[step.name];
        const ValueRange range = place == kNothing ? ValueRange{} : values[place];
        stack[top++] = {range, range.is_known() ? kNothing : step.name};
        break;
      }
      case Operation::negate: {
        ValueRange& range = stack[top - 1].range;
        range = {-range.high, -range.low};
        break;
      }
      case Operation::invert: {
        Answer& answer = stack[top - 1];
        if (!answer.range.may_be_zero())
          answer = {ValueRange::of(0)};
        else if (answer.range.is_known())
          answer = {ValueRange::of(1)};
        else
          answer.range = kYesOrNo;
        break;
      }
      default: --top; stack[top - 1] = combine(step.operation, stack[top - 1], stack[top]);
    }
  }
  return top == 0 ? Answer{} : stack[0];
}

Parsed<MetaExpression> parse_meta_expression(std::string_view text) {
  return MetaReader(text).read();
}

}  // namespace secondlook
