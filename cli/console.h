// Where a command prints and asks. A value of references and facts, so that tests hand in string
// streams and decide what is a terminal.
#pragma once

#include <cstddef>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>

#include "base/result.h"

namespace secondlook {

// What the shell sees (DESIGN 6).
enum ExitStatus : int {
  exit_done = 0,         // for scan: nothing found
  exit_findings = 1,     // done, but with findings or failures; an empty search
  exit_usage = 2,        // bad usage or configuration: file, line and reason
  exit_unreachable = 3,  // the service cannot be reached
};

enum class Colour { none, red, green, yellow, dim, bold };

struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool colours = false;   // out is a terminal and NO_COLOR is unset or empty (no-color.org)
  std::size_t width = 0;  // columns of out; 0: not a terminal, nothing is cut

  // `text` coloured where colours are on. The text must be safe already.
  std::string coloured(Colour colour, std::string_view text) const;
  // Prints the question on err and reads a line: true for "y" or "yes" only.
  bool confirm(std::string_view question) const;
  // One line on err that replaces the one before; only where err is a terminal. An empty text
  // wipes it: before anything else is printed.
  void progress(std::string_view text) const;
};

// Each prints "secondlook: ..." on err, one line a complaint, made safe, and returns its status.
int usage_error(const Console& console, std::string_view message);
int failure(const Console& console, std::string_view message);
int unreachable(const Console& console, std::string_view message);
// malformed is the caller's fault (2), everything else a failure (1).
int report_error(const Console& console, const Error& error);

// The real standard streams, with the terminal's width (at least 40) by TIOCGWINSZ.
Console standard_console();

}  // namespace secondlook
