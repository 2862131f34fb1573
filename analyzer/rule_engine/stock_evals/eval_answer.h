// Small words that eval functions are written with.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook {

inline SignalResult answer(bool hit) {
  return {hit, {}};
}

// With what was seen, and where.
inline SignalResult answer_with(bool hit, std::string where, std::string_view text) {
  SignalResult result{hit, {}};
  if (hit) result.evidence.push_back({std::move(where), 0, std::string(text.substr(0, 200))});
  return result;
}

}  // namespace secondlook
