// Cuts HTML into tags, text and what browsers ignore, by the states of the WHATWG tokenizer (HTML
// §13.2.5), in one linear pass without a tree: nesting costs nothing. Script, style, textarea,
// title and their like are read up to their own end tag, comments end where browsers end them
// (`--!>`,
// `<!-->`), attributes come with any quotes or none, `<a/href=x>` is a link. Simplified: CDATA is a
// bogus comment outside foreign content, the script "double escaped" states are not kept.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/message/html_elements.h"

namespace secondlook {

struct HtmlAttribute {
  std::string name;        // lower case
  std::string_view value;  // as written, character references undecoded
};

struct HtmlToken {
  enum class Kind { text, raw_text, start_tag, end_tag, comment };
  Kind kind = Kind::text;
  std::string_view text;  // text, raw_text (of script and its like), comment: as written
  std::string name;       // of a tag, lower case; of raw_text the element it stands in
  HtmlElement element;    // of a tag: what its name says
  std::vector<HtmlAttribute> attributes;  // first of equal names, at most 200
  bool self_closing = false;

  // Null when the tag has no such attribute.
  const HtmlAttribute* attribute(std::string_view name) const;
};

class HtmlTokenizer {
 public:
  // html must outlive the tokenizer and its tokens.
  explicit HtmlTokenizer(std::string_view html);

  // False at the end. The token is overwritten; its capacity is reused.
  bool next(HtmlToken& token);

 private:
  bool take_text(HtmlToken& token);
  void take_raw_text(HtmlToken& token);
  bool take_markup(HtmlToken& token);
  void take_tag(HtmlToken& token, HtmlToken::Kind kind, std::size_t name_at);
  void take_attribute(HtmlToken& token);
  std::string_view take_attribute_value();
  void take_comment(HtmlToken& token);
  void take_bogus_comment(HtmlToken& token, std::size_t from);
  void skip_spaces();

  std::string_view html_;
  std::size_t at_ = 0;
  std::string raw_element_;  // inside script, style ...: whose end tag is waited for
};

}  // namespace secondlook
