// What a reader sees of an HTML body, and where it leads: rendered text, hidden text apart, links
// with their visible text. One linear pass over the tokens, no tree; a bounded stack of open
// elements carries what hides text. Understands just enough: inline styles, the `hidden` attribute,
// Outlook's conditional comments; no style sheets, no colours, no layout.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/message/parsed_message.h"

namespace secondlook {

struct HtmlLink {
  std::string target;  // as written, character references decoded
  std::string text;    // visible text of an <a>, at most 2,000 bytes
  FoundLink::Kind kind = FoundLink::Kind::href;
};

struct HtmlText {
  // Blocks and <br> end lines, table cells are parted by a blank, runs of blanks are one,
  // zero-width and direction characters are gone. UTF-8.
  std::string visible;
  // For rules, as SpamAssassin renders HTML: hidden text and the title too, comments not. Blocks
  // stand between line feeds, paragraphs between two; blanks as they come. See rule_text.h.
  std::string for_rules;
  // The pieces of for_rules that nobody sees, each [begin, end), in order.
  std::vector<std::pair<std::size_t, std::size_t>> unseen_for_rules;
  std::string outside_links;  // the visible text that stands in no <a>: where bare URLs are sought
  std::string hidden;         // what is in the source and not seen
  std::vector<HtmlLink> links;
  std::string base;  // of the first <base href>
  bool cut = false;  // a limit below was reached; the rest was not looked at
  std::size_t tokens = 0;
};

// html: UTF-8. most_text bounds each of the texts in bytes, most_links the links.
HtmlText render_html(std::string_view html, std::size_t most_text, std::size_t most_links);

}  // namespace secondlook
