// Regular expressions that eval functions ask, compiled when first asked and kept for the next
// message. Belongs to one thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/rule_engine/patterns/confirming_pattern.h"

namespace secondlook {

class EvalPatterns {
 public:
  // expression: of PCRE2, without delimiters; "(?i)" and "(?s)" in front change its meaning. By
  // bytes. False also when it does not compile or reaches a limit. At most 1,000 are kept.
  bool matches(std::string_view expression, std::string_view subject);

  // The same of a pattern that the caller keeps.
  MatchAnswer find(const ConfirmingPattern& pattern, std::string_view subject);

  MatchAnswer find_groups(const ConfirmingPattern& pattern, std::string_view subject,
                          std::vector<std::optional<MatchSpan>>& groups);

  void begin_message(std::size_t message_bytes) {
    matcher_.begin_message(message_bytes);
    reached_limit_ = false;
  }

  // Whether an answer since the last call is only that of a search that was cut short.
  void note_limit() { reached_limit_ = true; }
  bool take_limit() { return std::exchange(reached_limit_, false); }

 private:
  std::map<std::string, std::unique_ptr<ConfirmingPattern>, std::less<>> patterns_;
  PatternMatcher matcher_;
  bool reached_limit_ = false;
};

}  // namespace secondlook
