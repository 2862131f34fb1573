// What a rule author got wrong, and where: the parser's functions give a value or a Mistake. The
// offset counts bytes in the text the function was given; the caller turns it into file, line and
// column.
#pragma once

#include <cstddef>
#include <string>
#include <variant>

namespace secondlook {

struct Mistake {
  std::size_t offset = 0;
  std::string message;    // reason and way out, one line
  bool is_limit = false;  // nothing is wrong with it, but it is beyond what we can do
};

template <typename Value>
using Parsed = std::variant<Value, Mistake>;

}  // namespace secondlook
