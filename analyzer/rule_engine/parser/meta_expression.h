// The arithmetic of `meta` rules, as Perl does it: ! and unary minus, * /, + -, comparisons,
// == !=, &&, ||, parentheses, numbers, and names of rules whose value is the number of their hits.
// "a && b" is b where a is not 0; "a || b" is a where a is not 0; division by 0 gives 0.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/parser/mistake.h"

namespace secondlook {

// Compiled to a list for a stack machine; immutable, evaluated by many threads.
class MetaExpression {
 public:
  // The rule names it asks for, each once; the n-th is what `value_of(n)` is asked for.
  const std::vector<std::string>& names() const { return names_; }

  double evaluate(const std::function<double(std::size_t name)>& value_of) const;

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
  struct Step {
    Operation operation;
    double number = 0;
    std::size_t name = 0;
  };
  static double combine(Operation operation, double left, double right);

  std::vector<Step> steps_;
  std::vector<std::string> names_;
};

// At most 100 levels of parentheses.
Parsed<MetaExpression> parse_meta_expression(std::string_view text);

}  // namespace secondlook
