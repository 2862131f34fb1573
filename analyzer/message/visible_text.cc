#include "analyzer/message/visible_text.h"

#include <algorithm>

#include "analyzer/message/ascii.h"
#include "analyzer/message/byte_set.h"

namespace secondlook {
namespace {

// Blanks, and the first bytes of the characters that take_special() knows.
constexpr ByteSet kBlankOrWide(" \t\r\n\f\xC2\xCD\xE1\xE2\xEF");

}  // namespace

void VisibleText::add(std::string_view utf8) {
  std::size_t plain = 0;  // start of what can be copied as it is
  for (std::size_t at = kBlankOrWide.find_in(utf8); at < utf8.size();
       at = kBlankOrWide.find_in(utf8, at)) {
    const char c = utf8[at];
    if (c == ' ' && at > plain && utf8[at - 1] != ' ') {
      ++at;  // one blank behind a word is copied with it
    } else if (is_space(c)) {
      out_.append(utf8, plain, at - plain);
      add_blank();
      plain = ++at;
    } else {
      out_.append(utf8, plain, at - plain);
      plain = at;
      const std::size_t swallowed = take_special(utf8, at);
      at += std::max<std::size_t>(swallowed, 1);
      if (swallowed > 0) plain = at;
    }
  }
  out_.append(utf8, plain, std::string_view::npos);
}

void VisibleText::end_line() {
  if (!out_.empty() && out_.back() == ' ') out_.pop_back();
  if (!out_.empty() && out_.back() != '\n') out_ += '\n';
}

void VisibleText::add_blank() {
  if (!out_.empty() && out_.back() != ' ' && out_.back() != '\n') out_ += ' ';
}

std::size_t VisibleText::take_special(std::string_view utf8, std::size_t at) {
  const std::string_view two = utf8.substr(at, 2), three = utf8.substr(at, 3);
  if (two == "\xC2\xA0") {  // no-break space
    add_blank();
    return 2;
  }
  if (two == "\xC2\xAD" || two == "\xCD\x8F") return 2;  // soft hyphen, grapheme joiner
  if (three.size() < 3) return 0;
  const auto last = static_cast<unsigned char>(three[2]);
  const std::string_view start = three.substr(0, 2);
  if (start == "\xE2\x80") {
    if (last <= 0x8A || last == 0xAF) {  // U+2000-200A, U+202F: blanks of all widths
      add_blank();
      return 3;
    }
    return last <= 0x8F || (last >= 0xAA && last <= 0xAE) ? 3 : 0;  // zero width, direction
  }
  if (start == "\xE2\x81") return last >= 0xA0 && last <= 0xAF ? 3 : 0;  // joiners, isolates
  if (three == "\xE1\xA0\x8E" || three == "\xEF\xBB\xBF") return 3;      // U+180E, U+FEFF
  return 0;
}

}  // namespace secondlook
