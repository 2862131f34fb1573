// A pattern as rule files write it, in Perl's notation: /…/i, m{…}x, m!…!. Takes off delimiters
// and modifiers; whether what is between them is a regular expression, PCRE2 says later.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "analyzer/rule_engine/parser/mistake.h"

namespace secondlook {

struct PerlPattern {
  std::string expression;
  bool caseless = false;       // i
  bool multi_line = false;     // m: ^ and $ at every line
  bool dot_all = false;        // s: . matches a line feed too
  bool extended = false;       // x: blanks and comments inside do not count
  bool extended_more = false;  // xx: also in bracketed classes
  bool no_capture = false;     // n
  std::size_t offset = 0;      // of the expression in the text that was parsed
};

// The modifiers a d u l p g c o change nothing for us and are accepted; "e" and (?{…}), which run
// code, are not.
Parsed<PerlPattern> parse_perl_pattern(std::string_view text);

}  // namespace secondlook
