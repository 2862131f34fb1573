#include "analyzer/message/html_rule_text.h"

#include "analyzer/message/byte_set.h"
#include "analyzer/message/rule_text.h"

namespace secondlook {
namespace {

constexpr ByteSet kBlanks(" \t\r\n\f\v");

// The other blocks part nothing.
std::string_view gap_at(const HtmlElement& element) {
  if (element.has(HtmlTrait::line_gap)) return "\n";
  if (element.has(HtmlTrait::paragraph_gap)) return "\n\n";
  return element.has(HtmlTrait::word_gap) ? " " : "";
}

}  // namespace

void HtmlRuleText::add(std::string_view utf8) {
  if (at_line_start_) utf8.remove_prefix(kBlanks.find_outside(utf8));
  last_ = out_.size();
  append_with_single_blanks(out_, utf8);
  at_line_start_ = false;
}

void HtmlRuleText::add_gap(const HtmlElement& element) {
  const std::string_view gap = gap_at(element);
  if (gap.empty()) return;
  const bool is_line = gap != " ";
  if (is_line && out_.size() > last_ && out_.back() == ' ') out_.pop_back();
  out_ += gap;
  last_ = out_.size();
  at_line_start_ = is_line;
}

}  // namespace secondlook
