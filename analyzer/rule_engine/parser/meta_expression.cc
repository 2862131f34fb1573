#include "analyzer/rule_engine/parser/meta_expression.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace secondlook {

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

// Where the left decides which side counts, the other is not asked.
void MetaExpression::combine_both(Answer& left, const Answer& right) {
  if (left.range.is_zero()) return;
  if (!left.range.may_be_zero() || right.range.is_zero()) {
    left = right;
    return;
  }
  left.range = united(ValueRange{}, right.range);
  if (left.ask == kNothing) left.ask = right.ask;
}

void MetaExpression::combine(Operation operation, Answer& left, const Answer& right) {
  if (operation == Operation::both) return combine_both(left, right);
  const bool is_either = operation == Operation::either;
  // What most parts of a sum are.
  if (right.range.is_zero() && (is_either || operation == Operation::add)) return;
  if (is_either && !left.range.may_be_zero()) return;
  if (is_either && left.range.is_zero()) {
    left = right;
    return;
  }
  const std::size_t ask = left.ask != kNothing ? left.ask : right.ask;
  if (is_either) {
    left = {united(left.range, right.range), ask};
  } else if (left.range.is_known() && right.range.is_known()) {
    const double value = combine_values(operation, left.range.low, right.range.low);
    left = {ValueRange::of(std::isnan(value) ? 0 : std::clamp(value, -kFar, kFar))};
  } else {
    const ValueRange range = combine_ranges(operation, left.range, right.range);
    left = {range, range.is_known() ? kNothing : ask};
  }
}

// Whether the operation gives 0 where its left side is 0 and its right side is this number.
bool MetaExpression::is_zero_with_left(Operation operation, double right) {
  switch (operation) {
    case Operation::multiply:
    case Operation::divide: return true;
    case Operation::greater: return right >= 0;
    case Operation::at_least: return right > 0;
    case Operation::equal: return right != 0;
    default: return false;
  }
}

// A stack of what each value needs: a name itself, an "and" what both sides need, "A > 1" its A.
void MetaExpression::find_needed() {
  struct Value {
    std::vector<std::size_t> needs;
    std::optional<double> number;
  };
  std::vector<Value> stack;
  for (const Step& step : steps_) {
    switch (step.operation) {
      case Operation::number: stack.push_back({{}, step.number}); break;
      case Operation::name: stack.push_back({{step.name}, {}}); break;
      case Operation::negate: stack.back().number.reset(); break;
      case Operation::invert: stack.back() = {}; break;
      default: {
        const Value right = std::move(stack.back());
        stack.pop_back();
        Value& left = stack.back();
        left.number.reset();
        if (step.operation == Operation::both)
          left.needs.insert(left.needs.end(), right.needs.begin(), right.needs.end());
        else if (!right.number || !is_zero_with_left(step.operation, *right.number))
          left.needs.clear();
      }
    }
  }
  if (!stack.empty()) needed_ = std::move(stack.front().needs);
}

namespace {

bool takes_two(auto operation) {
  using Operation = decltype(operation);
  return operation >= Operation::multiply;
}

}  // namespace

void MetaExpression::join_steps() {
  std::vector<Step> joined;
  for (Step step : steps_) {
    const std::size_t count = joined.size();
    const bool is_inverted = count > 1 && joined[count - 1].operation == Operation::invert &&
                             joined[count - 2].operation == Operation::name;
    const bool is_name = count > 0 && joined[count - 1].operation == Operation::name;
    if (takes_two(step.operation) && (is_name || is_inverted)) {
      if (is_inverted) joined.pop_back();
      step.name = joined.back().name;
      step.right = is_inverted ? RightSide::inverted_name : RightSide::name;
      joined.pop_back();
    }
    joined.push_back(step);
  }
  steps_ = std::move(joined);
}

// From the end back, as long as what is left on the stack alone is the left side of an "&&".
void MetaExpression::find_zero_steps() {
  std::vector<std::size_t> heights;  // behind each step
  std::size_t height = 0;
  for (const Step& step : steps_) {
    if (step.operation == Operation::number || step.operation == Operation::name) ++height;
    if (takes_two(step.operation) && step.right == RightSide::on_stack) --height;
    heights.push_back(height);
  }
  for (std::size_t i = steps_.size(); i-- > 0;) {
    if (heights[i] != 1) continue;
    steps_[i].decides_zero = true;
    if (steps_[i].operation != Operation::both) return;
  }
}

MetaExpression::Answer MetaExpression::inverted(const Answer& answer) {
  if (!answer.range.may_be_zero()) return {ValueRange::of(0)};
  if (answer.range.is_known()) return {ValueRange::of(1)};
  return {kYesOrNo, answer.ask};
}

MetaExpression::Answer MetaExpression::answer(std::span<const std::size_t> places,
                                              std::span<const ValueRange> values) const {
  for (const std::size_t name : needed_) {
    const std::size_t place = places[name];
    if (place == kNothing || values[place].is_zero()) return {};
  }
  constexpr std::size_t kUsual = 16;
  std::array<Answer, kUsual> usual;
  if (deepest_ <= kUsual) return follow_steps(places, values, usual.data());
  std::vector<Answer> large(deepest_);
  return follow_steps(places, values, large.data());
}

// What most steps of most metas are: "… + A", "… || A" and "… && !A" where A is known to be 0.
bool MetaExpression::leaves_as_is(const Step& step, const Answer& left) {
  if (step.right == RightSide::name)
    return step.operation == Operation::add || step.operation == Operation::either;
  const bool is_yes = left.range == ValueRange::of(1) && left.ask == kNothing;
  return step.operation == Operation::both && (is_yes || left.range == kYesOrNo);
}

MetaExpression::Answer MetaExpression::follow_steps(std::span<const std::size_t> places,
                                                    std::span<const ValueRange> values,
                                                    Answer* stack) const {
  const auto answer_of = [&](std::size_t name) -> Answer {
    const std::size_t place = places[name];
    if (place == kNothing) return {};
    return {values[place], values[place].is_known() ? kNothing : name};
  };
  Answer* top = stack;  // beyond the last value
  const auto is_zero = [&](std::size_t name) {
    return places[name] == kNothing || values[places[name]].is_zero();
  };
  for (const Step& step : steps_) {
    if (step.right != RightSide::on_stack && is_zero(step.name) && leaves_as_is(step, top[-1])) {
      // Nothing to combine.
    } else if (takes_two(step.operation)) {
      Answer right;
      if (step.right == RightSide::on_stack)
        right = *--top;
      else
        right = answer_of(step.name);
      if (step.right == RightSide::inverted_name) right = inverted(right);
      combine(step.operation, top[-1], right);
    } else if (step.operation == Operation::number) {
      *top++ = {ValueRange::of(step.number)};
    } else if (step.operation == Operation::name) {
      *top++ = answer_of(step.name);
    } else if (step.operation == Operation::negate) {
      ValueRange& range = top[-1].range;
      range = {-range.high, -range.low};
    } else {
      top[-1] = inverted(top[-1]);
    }
    if (step.decides_zero && top[-1].range.is_zero()) return {};
  }
  return top == stack ? Answer{} : stack[0];
}

}  // namespace secondlook
