// The arguments of one command: long options and words. Own and small, since search terms may begin
// with "-" (negation) and every complaint must end in exit status 2 with the way out named.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace secondlook {

struct OptionRule {
  std::string_view name;  // without dashes
  bool takes_value = false;
  bool repeatable = false;  // only with a value
};

struct ArgumentRules {
  std::vector<OptionRule> options;  // "help" is always there, also as -h
  // Words may begin with one "-" (negated search terms). Without it such a word is refused.
  bool words_may_be_negated = false;
  std::size_t most_words = SIZE_MAX;
};

class Arguments {
 public:
  const std::vector<std::string>& words() const { return words_; }
  bool has(std::string_view option) const { return options_.contains(option); }
  std::string value(std::string_view option) const;  // empty when absent
  std::vector<std::string> values(std::string_view option) const;
  // Decimal, not negative; malformed names the option.
  Result<std::uint64_t> number(std::string_view option, std::uint64_t fallback) const;

 private:
  friend Result<Arguments> read_arguments(const std::vector<std::string>&, const ArgumentRules&);
  std::vector<std::string> words_;
  std::map<std::string, std::vector<std::string>, std::less<>> options_;
};

// "--name value", "--name=value", "--" (all that follows are words), "-" (a word). Options and
// words may stand in any order. Unknown options are malformed, with the nearest name.
Result<Arguments> read_arguments(const std::vector<std::string>& arguments,
                                 const ArgumentRules& rules);

// Whole decimal number, nothing else.
std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace secondlook
