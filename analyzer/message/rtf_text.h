// The text of an RTF body: the HTML that Outlook put into it (\fromhtml1, MS-OXRTFEX), else its
// plain text, with the targets of its links written out. Understands just enough: groups,
// destinations, \'xx in the font's charset, \uN, line ends; no layout, no pictures.
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

struct RtfText {
  std::string text;      // UTF-8; HTML source when is_html
  bool is_html = false;  // it holds HTML, taken out again
  bool cut = false;      // no RTF, longer than allowed, or nested deeper than 1,000 groups
};

// At most `most_bytes` of text, and a little. Linear in the input.
RtfText read_rtf(std::string_view rtf, std::size_t most_bytes);

}  // namespace secondlook
