// HTML text put together as SpamAssassin's renderer does it, for rules: what is hidden is there
// too, paragraphs are parted by two line feeds, lines by one, cells and headings by a blank. Takes
// the tokens one by one; append_paragraphs() of rule_text.h makes paragraphs of the result.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/message/html_elements.h"

namespace secondlook {

class HtmlRuleText {
 public:
  // Appends to `out`, which must outlive this.
  explicit HtmlRuleText(std::string& out) : out_(out) {}

  // The text between two tags, references decoded. White space at a line's two ends is dropped, as
  // far as it stands in the same text as the words.
  void add(std::string_view utf8);

  // A start or end tag of that element.
  void add_gap(const HtmlElement& element);

 private:
  std::string& out_;
  std::size_t last_ = 0;  // where the last text or gap begins
  bool at_line_start_ = false;
};

}  // namespace secondlook
