// What a style attribute says about whether its element can be seen. Just the declarations that
// hide text in mail; a style sheet's rules are not applied.
#pragma once

#include <string_view>

namespace secondlook {

struct StyleFacts {
  enum class FontSize { inherited, zero, shown };

  bool hidden =
      false;  // display:none, visibility:hidden, opacity:0, mso-hide:all, max-height:0 ...
  FontSize font_size = FontSize::inherited;
};

// style: character references decoded. Unknown or broken declarations are skipped, as CSS says.
StyleFacts read_style(std::string_view style);

}  // namespace secondlook
