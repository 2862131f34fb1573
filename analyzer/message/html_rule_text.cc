#include "analyzer/message/html_rule_text.h"

#include <algorithm>

#include "analyzer/message/rule_text.h"

namespace secondlook {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// The other blocks part nothing.
std::string_view gap_at(std::string_view element) {
  constexpr std::string_view kParagraph[] = {"p",     "hr",  "blockquote", "pre",
                                             "title", "xmp", "plaintext",  "listing"};
  constexpr std::string_view kWord[] = {"td", "th", "li", "dt", "dd", "h1",
                                        "h2", "h3", "h4", "h5", "h6", "embed"};
  if (element == "div" || element == "br") return "\n";
  if (is_one_of(element, kParagraph)) return "\n\n";
  return is_one_of(element, kWord) ? " " : "";
}

}  // namespace

void HtmlRuleText::add(std::string_view utf8) {
  if (at_line_start_) {
    utf8.remove_prefix(std::min(utf8.find_first_not_of(" \t\r\n\f\v"), utf8.size()));
  }
  last_ = out_.size();
  append_with_single_blanks(out_, utf8);
  at_line_start_ = false;
}

void HtmlRuleText::add_gap(std::string_view element) {
  const std::string_view gap = gap_at(element);
  if (gap.empty()) return;
  const bool is_line = gap != " ";
  if (is_line && out_.size() > last_ && out_.back() == ' ') out_.pop_back();
  out_ += gap;
  last_ = out_.size();
  at_line_start_ = is_line;
}

}  // namespace secondlook
