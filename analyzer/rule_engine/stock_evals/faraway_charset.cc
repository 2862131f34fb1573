#include "analyzer/rule_engine/stock_evals/faraway_charset.h"

#include <algorithm>
#include <array>
#include <string>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/parser/rule_line.h"

namespace secondlook {
namespace {

struct LocaleCharsets {
  std::string_view locales, charsets;  // blanks between; charsets in capitals without punctuation
};
constexpr std::array<LocaleCharsets, 5> kCharsets = {{
    {"ja",
     "EUCJP JISX020119760 JISX020819831 JISX020819900 JISX020819970 JISX021219900 "
     "JISX021320001 JISX021320002 SHIFTJIS SHIFTJISX0213 SJIS ISO2022JP SJIS JIS7 JISX0201 "
     "JISX0208 JISX0212"},
    {"ko", "EUCKR KSC56011987"},
    {"ru ka tg be uk bg", "KOI8R KOI8U KOI8T ISOIR111 CP1251 GEORGIANPS PT154 CP866"},
    {"th", "TIS620"},
    {"zh", "GB1988 GB2312 GB231219800 GB18030 GBK BIG5HKSCS BIG5 EUCTW ISO2022CN"},
}};

bool has_word(std::string_view list, std::string_view wanted) {
  const auto words = words_of(list, 0);
  return std::any_of(words.begin(), words.end(),
                     [&](const RuleWord& word) { return word.text == wanted; });
}

std::string in_capitals(std::string_view charset) {
  std::string name;
  for (const char c : charset.substr(0, charset.find(':'))) {
    if (is_letter(c) || is_digit(c))
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

}  // namespace

bool is_faraway(std::string_view charset, std::string_view locales) {
  if (locales.empty() || has_word(locales, "all")) return false;
  const std::string name = in_capitals(charset);
  constexpr std::array<std::string_view, 8> kEverybody = {"USASCII", "ASCII", "ISO8859", "ISO10646",
                                                          "UTF",     "UCS",   "CP125",   "WINDOWS"};
  for (const std::string_view start : kEverybody) {
    if (name.starts_with(start)) return false;
  }
  if (name == "IBM852" || name == "XUNKNOWN" || name == "ISO") return false;
  return std::none_of(kCharsets.begin(), kCharsets.end(), [&](const LocaleCharsets& known) {
    const auto read = words_of(known.locales, 0);
    return has_word(known.charsets, name) &&
           std::any_of(read.begin(), read.end(), [&](const RuleWord& locale) {
             const auto words = words_of(locales, 0);
             return std::any_of(words.begin(), words.end(), [&](const RuleWord& word) {
               return word.text.substr(0, 2) == locale.text;
             });
           });
  });
}

bool may_look_like_capitals(std::string_view charset) {
  const std::string lower = to_ascii_lower(charset);
  constexpr std::array<std::string_view, 11> kMarks = {
      "koi",   "jp",     "jis",          "euc",        "gb",   "big5",
      "isoir", "cp1251", "windows-1251", "georgianps", "pt154"};
  return lower.find("tis") != std::string::npos ||
         std::any_of(kMarks.begin(), kMarks.end(),
                     [&](std::string_view mark) { return lower.find(mark) != std::string::npos; });
}

}  // namespace secondlook
