// The lines of an iCalendar file (RFC 5545, 3.1), as far as a reader of mails needs them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace secondlook {

// Folded lines in one piece: a line break with a blank or a tab behind it is gone. Before a charset
// is taken off, since letters of several bytes are folded in their middle. Linear.
std::string unfold_calendar(std::string_view bytes);

// A value of type TEXT (3.3.11): "\n" is a line break, "\," a comma. Anything else keeps its
// backslash.
std::string unescape_calendar_text(std::string_view value);

struct CalendarLine {
  std::string name;  // upper case, without a group in front
  std::vector<std::pair<std::string, std::string>> parameters;  // names in upper case, at most 50
  std::string_view value;

  // "" when there is none.
  std::string_view parameter(std::string_view name) const;
};

// One unfolded line; the name is empty where it is none. Views point into `line`.
CalendarLine parse_calendar_line(std::string_view line);

}  // namespace secondlook
