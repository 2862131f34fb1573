// Text as the eye has it: runs of blanks are one blank, no blanks at the ends of lines, no empty
// lines, no characters without width or that only turn the direction (they break words for scanners
// and not for readers; the source keeps them).
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

class VisibleText {
 public:
  // Appends to `out`, which must outlive this.
  explicit VisibleText(std::string& out) : out_(out) {}

  void add(std::string_view utf8);
  void end_line();

 private:
  void add_blank();
  // Handles a multi-byte character at `at`; returns its length when it was swallowed, else 0.
  std::size_t take_special(std::string_view utf8, std::size_t at);

  std::string& out_;
};

}  // namespace secondlook
