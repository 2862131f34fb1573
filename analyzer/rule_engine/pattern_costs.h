// How dear a rule's pattern is: PCRE2 over sample texts, each searched from its beginning to the
// first match, as if no guard stood before the pattern. What it costs in mails depends on how often
// its guard lets it be tried (GuardKind).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analyzer/rule_engine/patterns/pattern_guards.h"
#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook {

struct PatternCost {
  std::string rule, file;
  std::size_t line = 0;
  GuardKind guard = GuardKind::none;
  std::uint64_t bytes = 0, nanoseconds = 0;
  bool reached_limit = false;  // of steps, on one of the texts; the others were then left out

  // Thousands of bytes.
  double microseconds_per_kilobyte() const {
    return bytes == 0 ? 0 : static_cast<double>(nanoseconds) / static_cast<double>(bytes);
  }
};

// Of every pattern that is searched at all: first those that reached a limit, then the dearest
// first, equal ones in the order of the rules. eval functions and uri_detail are not measured.
std::vector<PatternCost> measure_patterns(const CompiledRules& rules,
                                          const std::vector<std::string>& texts,
                                          const std::function<std::uint64_t()>& nanoseconds_now);

}  // namespace secondlook
