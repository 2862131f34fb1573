// A Received field cut into its clauses, before anybody asks what they mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

// What stands between the first word and "by".
struct ReceivedItem {
  enum class Kind { comment, bracket, word };
  Kind kind = Kind::word;
  std::string_view text;  // inside the ( ) or [ ]
  bool attached = false;  // no blank before it
};

struct ReceivedClauses {
  std::string_view from;            // the first word; "" when a comment or bracket comes first
  std::vector<ReceivedItem> items;  // at most 20
  std::string_view by;              // the word behind "by", without what no host name holds
  std::string_view after_by;        // all that follows, blanks in front
};

// line: behind "from ", blanks single. Views into it. Linear.
ReceivedClauses cut_received(std::string_view line);

// Blanks single, none at the ends, semicolons at the end and a date behind the last one gone.
std::string normalise_received(std::string_view value);

}  // namespace secondlook
