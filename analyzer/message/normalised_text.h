// Text as its reader takes it, for rules that look for words (tflags normalised): the disguises
// that change a word's bytes and not what a person reads are undone. A text without characters
// beyond ASCII stays as it is. Line feeds stay, so that paragraphs do.
//
//   ｐａｓｓ ﾊﾟｽ ⼝ 𝐏𝐚𝐲   pass パス 口 Pay      NFKC: widths, half-width kana, radicals, formulas
//   ハ゜ス                 パス                 voicing marks with a width of their own
//   パ<U+200B>ス           パス                 characters without width (Default_Ignorable)
//   パ ス ワ ー ド         パスワード           blanks between Japanese characters: words have none
//   カ・ー・ド カ.ー.ド    カード               the same sign between three characters or more
//   Ｌ Ｉ Ｎ Ｅ A.m.a.z.o  LINE Amazo           the same of four single Latin letters, blanks too
//   力ード パスワ―ド       カード パスワード    kanji and dashes that look like kana around them
//   二十四時間 四八時間    24時間 48時間        kanji digits before what is counted, below 10,000
//   Аmаzon                 Amazon               Cyrillic and Greek letters in words with Latin ones
//
// Not undone: words of other scripts, digits for letters (Amaz0n), pictures of text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace secondlook {

struct NormalisedText {
  std::string text;
  bool cut = false;  // `most_bytes` were reached; the rest was not looked at
};

// utf8: malformed bytes become U+FFFD. Linear; compatibility characters grow at most elevenfold, to
// no more than a line beyond `most_bytes`.
NormalisedText normalised_text(std::string_view utf8, std::size_t most_bytes);

}  // namespace secondlook
