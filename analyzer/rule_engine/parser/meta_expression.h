// The arithmetic of `meta` rules, as Perl does it: ! and unary minus, * /, + -, comparisons,
// == !=, &&, ||, parentheses, numbers, and names of rules whose value is the number of their hits.
// "a && b" is b where a is not 0; "a || b" is a where a is not 0; division by 0 gives 0.
//
// A meta is answered from what is known of its parts so far, so that parts which cannot change the
// answer are never searched for.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/parser/mistake.h"
#include "analyzer/rule_engine/parser/value_range.h"

namespace secondlook {

// Compiled to a list for a stack machine; immutable, answered by many threads.
class MetaExpression {
 public:
  static constexpr std::size_t kNothing = std::numeric_limits<std::size_t>::max();

  struct Answer {
    ValueRange range;
    std::size_t ask = kNothing;  // the name to be decided next; kNothing once the range is known
  };

  // The rule names it asks for, each once; names are counted from 0 in this order.
  const std::vector<std::string>& names() const { return names_; }

  // Of names(), those without which it is 0: A, C and D of "A && !B && C && D > 1".
  const std::vector<std::size_t>& needed() const { return needed_; }

  // `places`: for each name, its place in `values`; kNothing stands for a rule that is not there,
  // 0. With every part known the range is known. Deciding what is asked for and answering again
  // comes to an end after at most as many rounds as there are names.
  Answer answer(std::span<const std::size_t> places, std::span<const ValueRange> values) const;

 private:
  friend class MetaReader;
  enum class Operation {
    number,
    name,
    negate,
    invert,
    multiply,
    divide,
    add,
    subtract,
    less,
    greater,
    at_most,
    at_least,
    equal,
    different,
    both,
    either
  };
  // Where an operation of two sides has its right side: most of what stock metas are made of is
  // "… && A", "… && !A", "… + A", one step each.
  enum class RightSide { on_stack, name, inverted_name };
  struct Step {
    Operation operation;
    double number = 0;
    std::size_t name = 0;
    RightSide right = RightSide::on_stack;
    bool decides_zero = false;  // where 0 stands after this step, all is 0: only "&&" follow
  };
  void find_needed();
  void join_steps();
  void find_zero_steps();
  static double combine_values(Operation operation, double left, double right);
  static bool is_zero_with_left(Operation operation, double right);
  static ValueRange combine_ranges(Operation operation, const ValueRange& left,
                                   const ValueRange& right);
  Answer follow_steps(std::span<const std::size_t> places, std::span<const ValueRange> values,
                      Answer* stack) const;
  static bool leaves_as_is(const Step& step, const Answer& left);
  static Answer inverted(const Answer& answer);
  static void combine_both(Answer& left, const Answer& right);
  // Both give their answer in `left`.
  static void combine(Operation operation, Answer& left, const Answer& right);

  std::vector<Step> steps_;
  std::vector<std::string> names_;
  std::vector<std::size_t> needed_;
  std::size_t deepest_ = 0;  // the most values that stand on the stack at once
};

// At most 100 levels of parentheses.
Parsed<MetaExpression> parse_meta_expression(std::string_view text);

}  // namespace secondlook
