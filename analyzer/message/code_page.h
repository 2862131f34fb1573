// Windows' numbers of charsets, as RTF and MAPI write them.
#pragma once

#include <string>

namespace secondlook {

// A name for to_utf8(); empty (it then guesses) for numbers nobody knows.
std::string charset_of_code_page(unsigned code_page);

// RTF's \fcharsetN; 0 for those that say nothing.
unsigned code_page_of_font_charset(unsigned charset);

}  // namespace secondlook
