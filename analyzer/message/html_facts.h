// What can be counted in an HTML source: tags, sizes, images, colours, comments. One linear pass
// over the tokens, no tree. It knows nothing of how the text is rendered (html_text does), and
// counts as Mail::SpamAssassin::Plugin::HTMLEval has it, since stock rules hold its numbers.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

struct HtmlAnchor {
  std::string target;  // href, character references decoded; "" without one
  std::string text;    // what stands inside, "<img>\n" for each image; at most 10,000 bytes
};

struct HtmlFacts {
  // By tag name in lower case: how many are open at the end, never below 0. A tag that was seen at
  // all has an entry, and so has "!doctype".
  std::map<std::string, int, std::less<>> inside;
  std::size_t tags = 0, elements = 0;            // all tags; those of HTML 4 or Office
  std::size_t tags_seen = 0, elements_seen = 0;  // kinds of them
  std::size_t closed_extra = 0;                  // end tags of what is not open
  std::size_t obfuscated = 0;                    // tags that stand inside a word

  std::size_t length = 0;     // of the source in characters
  std::size_t non_space = 0;  // characters of text that are no blanks, hidden ones too
  double image_area = 0;      // width times height of images that say both

  int smallest_font = 3, largest_font = 3;  // by <font size>, <big>, <small>
  bool low_contrast = false, invalid_color = false, bad_font_face = false;
  bool mailto_form = false, embeds = false, iframe_source = false, long_uri = false;

  std::string text;  // all text, hidden too; blocks are parted by a line feed; at most 1 MiB
  std::vector<std::string> comments;  // as written, with "<!--" and "-->"
  std::vector<std::string> titles;
  std::vector<HtmlAnchor> anchors;
  std::vector<std::string> charsets;  // of <meta http-equiv=content-type>
};

inline constexpr std::size_t kMostHtmlText = 1 << 20;    // bytes
inline constexpr std::size_t kMostHtmlFacts = 10'000;    // comments, titles, anchors: of each
inline constexpr std::size_t kLongestHtmlFact = 10'000;  // bytes
inline constexpr std::size_t kLongestUriOfSpamAssassin = 8192;

// html: UTF-8.
HtmlFacts count_html(std::string_view html);

}  // namespace secondlook
