// The checks of `secondlook doctor`: each looks at one thing and says what to do about it. They
// look, and change nothing.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "schema/configuration.h"

namespace secondlook {

struct Finding {
  enum class State { good, warning, problem };
  State state = State::good;
  std::string check;    // "journal directory"
  std::string finding;  // "there, 12 GiB free"
  std::string advice;   // what to do; empty when good
};
std::string_view name_of(Finding::State state);

// analyzer: the executable that checks the rules; it may take a while to compile them.
std::vector<Finding> examine(const Configuration& configuration, const std::string& analyzer,
                             Timestamp now);

// One object a line.
std::string to_json(const Finding& finding);

}  // namespace secondlook
