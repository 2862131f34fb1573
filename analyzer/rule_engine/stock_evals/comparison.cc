#include "analyzer/rule_engine/stock_evals/comparison.h"

#include <algorithm>
#include <charconv>

#include "analyzer/message/ascii.h"

namespace secondlook {

double number_in(std::string_view text) {
  text = trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  return number;
}

bool holds(double value, std::string_view comparison) {
  comparison = trim(comparison);
  const std::size_t end = comparison.find_first_not_of("<>=!");
  const std::string_view sign = comparison.substr(0, end);
  if (end == comparison.npos || sign.empty()) return false;
  const double bound = number_in(comparison.substr(end));
  if (sign == "<") return value < bound;
  if (sign == ">") return value > bound;
  if (sign == "<=") return value <= bound;
  if (sign == ">=") return value >= bound;
  if (sign == "==") return value == bound;
  return sign == "!=" && value != bound;
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

}  // namespace secondlook
