// Regular expressions that eval functions ask, compiled when first asked and kept for the next
// message. Belongs to one thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "analyzer/rule_engine/patterns/confirming_pattern.h"

namespace secondlook {

class EvalPatterns {
 public:
  // expression: of PCRE2, without delimiters; "(?i)" and "(?s)" in front change its meaning. By
  // bytes. False also when it does not compile or reaches a limit. At most 1,000 are kept.
  bool matches(std::string_view expression, std::string_view subject);

  void begin_message(std::size_t message_bytes) { matcher_.begin_message(message_bytes); }

 private:
  std::map<std::string, std::unique_ptr<ConfirmingPattern>, std::less<>> patterns_;
  PatternMatcher matcher_;
};

}  // namespace secondlook
