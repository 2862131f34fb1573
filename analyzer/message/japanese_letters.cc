#include "analyzer/message/japanese_letters.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace secondlook {
namespace {

using namespace std::string_view_literals;
using Pair = std::pair<char32_t, char32_t>;

constexpr char32_t kLongVowel = U'ー';

bool is_katakana(char32_t c) {
  return (c >= 0x30A1 && c <= 0x30FA) || c == kLongVowel;
}
bool is_kanji(char32_t c) {
  return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || c == U'々' ||
         (c >= 0x20000 && c <= 0x3FFFF);
}
bool is_japanese(char32_t c) {
  return (c >= 0x3041 && c <= 0x309F) || is_katakana(c) || is_kanji(c);
}
bool is_cjk_punctuation(char32_t c) {
  return c >= 0x3001 && c <= 0x303F && c != U'々';
}

bool is_blank(char32_t c) {
  return c == U' ' || c == U'\t' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A);
}

char32_t at(const std::u32string& text, std::size_t place) {
  return place < text.size() ? text[place] : 0;
}

char32_t looked_up(const auto& table, char32_t c) {
  const auto found = std::ranges::find(table, c, &Pair::first);
  return found == table.end() ? 0 : found->second;
}

// Kanji by the katakana that they look like. Numbers stand before katakana by themselves (二ドル).
constexpr auto kKana = std::to_array<Pair>({{U'力', U'カ'},
                                            {U'口', U'ロ'},
                                            {U'工', U'エ'},
                                            {U'夕', U'タ'},
                                            {U'卜', U'ト'},
                                            {U'才', U'オ'},
                                            {U'へ', U'ヘ'},
                                            {U'べ', U'ベ'},
                                            {U'ぺ', U'ペ'},
                                            {U'り', U'リ'}});
constexpr auto kKanaOfNumbers =
    std::to_array<Pair>({{U'二', U'ニ'}, {U'八', U'ハ'}, {U'千', U'チ'}, {U'一', kLongVowel}});
constexpr std::u32string_view kDashes = U"―—–−‐‑‒─━-_";

// What stands for a kana at `i`, or 0. What is before it was looked at already.
char32_t kana_for(const std::u32string& text, std::size_t i) {
  const char32_t before = i > 0 ? text[i - 1] : 0, c = text[i], after = at(text, i + 1);
  const bool after_looks_so = looked_up(kKana, after) != 0 || looked_up(kKanaOfNumbers, after) != 0;
  const bool behind_kana = is_katakana(before);
  const bool ahead_kana = is_katakana(after) || (after_looks_so && is_katakana(at(text, i + 2)));
  if (!behind_kana && !ahead_kana) return 0;
  if (kDashes.find(c) != kDashes.npos) return behind_kana && ahead_kana ? kLongVowel : 0;
  if (const char32_t number = looked_up(kKanaOfNumbers, c)) {
    return behind_kana && (ahead_kana || !is_japanese(after)) ? number : 0;
  }
  const char32_t kana = looked_up(kKana, c);
  if (kana == 0) return 0;
  // Hiragana are looked at between katakana alone: ボタンへ is a word with its particle.
  if (c < 0x30A0) return behind_kana && ahead_kana ? kana : 0;
  return (behind_kana || !is_kanji(before)) && (ahead_kana || !is_kanji(after)) ? kana : 0;
}

constexpr auto kLatin = std::to_array<Pair>(
    {{U'А', U'A'}, {U'В', U'B'}, {U'Е', U'E'}, {U'З', U'3'}, {U'І', U'I'}, {U'Ј', U'J'},
     {U'К', U'K'}, {U'М', U'M'}, {U'Н', U'H'}, {U'О', U'O'}, {U'Р', U'P'}, {U'С', U'C'},
     {U'Ѕ', U'S'}, {U'Т', U'T'}, {U'У', U'Y'}, {U'Х', U'X'}, {U'а', U'a'}, {U'е', U'e'},
     {U'і', U'i'}, {U'ј', U'j'}, {U'о', U'o'}, {U'р', U'p'}, {U'с', U'c'}, {U'ѕ', U's'},
     {U'у', U'y'}, {U'х', U'x'}, {U'ԁ', U'd'}, {U'һ', U'h'}, {U'ԛ', U'q'}, {U'ԝ', U'w'},
     {U'ӏ', U'l'}, {U'ѵ', U'v'}, {U'Α', U'A'}, {U'Β', U'B'}, {U'Ε', U'E'}, {U'Ζ', U'Z'},
     {U'Η', U'H'}, {U'Ι', U'I'}, {U'Κ', U'K'}, {U'Μ', U'M'}, {U'Ν', U'N'}, {U'Ο', U'O'},
     {U'Ρ', U'P'}, {U'Τ', U'T'}, {U'Υ', U'Y'}, {U'Χ', U'X'}, {U'ο', U'o'}, {U'ν', U'v'},
     {U'α', U'a'}, {U'ι', U'i'}, {U'ո', U'n'}, {U'ս', U'u'}, {U'օ', U'o'}, {U'ı', U'i'},
     {U'ɑ', U'a'}, {U'ɡ', U'g'}});

bool is_latin(char32_t c) {
  return (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z');
}
// Latin with its marks, IPA, Greek, Cyrillic, Armenian.
bool is_western_letter(char32_t c) {
  return is_latin(c) || (c >= 0xC0 && c <= 0x58F && c != 0xD7 && c != 0xF7);
}

void read_as_latin(std::u32string& text, std::size_t begin, std::size_t end) {
  const auto first = text.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto last = text.begin() + static_cast<std::ptrdiff_t>(end);
  const auto latin = std::count_if(first, last, is_latin);
  if (latin == 0 || latin == last - first) return;
  std::transform(first, last, first, [](char32_t c) {
    const char32_t letter = c < 0x80 ? 0 : looked_up(kLatin, c);
    return letter == 0 ? c : letter;
  });
}

bool is_ascii_letter_or_digit(char32_t c) {
  return is_latin(c) || (c >= U'0' && c <= U'9');
}

bool is_sign(char32_t c) {
  return U"・.,-_*|/\\~+='`´·•∙●○◆■★☆、^:;#"sv.find(c) != std::u32string_view::npos;
}

// Where the chain of single characters that begins at `begin`, one sign between each, ends behind
// its last character; `begin` when there is none. Japanese ones: three; Latin ones, of which blanks
// too are signs: four, and no letter beside them (U.S.A. stays).
std::size_t end_of_spelled(const std::u32string& text, std::size_t begin) {
  const bool latin = is_latin(text[begin]);
  const char32_t sign = at(text, begin + 1);
  if (!latin && !is_japanese(text[begin])) return begin;
  if (!is_sign(sign) && !(latin && is_blank(sign))) return begin;
  if (latin && begin > 0 && is_latin(text[begin - 1])) return begin;
  const auto is_of_kind = [&](char32_t c) { return latin ? is_latin(c) : is_japanese(c); };
  std::size_t end = begin + 1;
  while (at(text, end) == sign && is_of_kind(at(text, end + 1))) end += 2;
  if (latin && is_latin(at(text, end))) end -= 2;
  return end >= begin + (latin ? 7 : 5) ? end : begin;
}

struct Number {
  unsigned value = 0;
  std::size_t end = 0;
  bool is_read = false;
};

int digit_of(char32_t c) {
  constexpr std::u32string_view kDigits = U"〇一二三四五六七八九";
  const std::size_t digit = kDigits.find(c);
  return digit == kDigits.npos ? c == U'零' ? 0 : -1 : static_cast<int>(digit);
}
unsigned unit_of(char32_t c) {
  return c == U'十' ? 10 : c == U'百' ? 100 : c == U'千' ? 1000 : 0;
}

// 二千二十六, 二〇二六, 四八: both ways of writing.
Number kanji_number(const std::u32string& text, std::size_t begin) {
  if (text[begin] < U'〇') return {0, begin, false};  // the lowest of them
  constexpr std::size_t kMostCharacters = 7;          // 九千九百九十九
  Number number{0, begin, false};
  unsigned pending = 0;
  bool has_digit = false, by_units = false;
  for (; number.end < text.size() && number.end - begin < kMostCharacters; ++number.end) {
    const int digit = digit_of(text[number.end]);
    const unsigned unit = unit_of(text[number.end]);
    if (digit < 0 && unit == 0) break;
    if (unit > 0) {
      number.value += (has_digit ? pending : 1) * unit;
      pending = 0, has_digit = false, by_units = true;
    } else {
      pending = (by_units && has_digit ? 0 : pending * 10) + static_cast<unsigned>(digit);
      has_digit = true;
    }
  }
  number.value += pending;
  number.is_read = number.end > begin && number.value < 10'000;
  return number;
}

bool is_counted(std::u32string_view behind) {
  constexpr auto kCounters = std::to_array<std::u32string_view>(
      {U"時間", U"日以内", U"日間", U"日後", U"分以内", U"分間", U"分後", U"週間", U"営業日",
       U"か月", U"ヶ月", U"ケ月", U"カ月", U"円", U"万円"});
  return std::ranges::any_of(kCounters, [&](auto counter) { return behind.starts_with(counter); });
}

}  // namespace

void undo_lookalikes(std::u32string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] < 0x80 && text[i] != U'-' && text[i] != U'_') continue;
    const char32_t kana = kana_for(text, i);
    if (kana != 0) text[i] = kana;
  }
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_western_letter(text[end])) ++end;
    if (end > i) read_as_latin(text, i, end);
    i = end + 1;
  }
}

void join_words(std::u32string& text) {
  std::u32string joined;
  joined.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    // Inside a word, as most characters are.
    if (is_ascii_letter_or_digit(at(text, i + 1)) && !is_blank(text[i])) {
      joined += text[i++];
      continue;
    }
    if (const std::size_t end = end_of_spelled(text, i); end > i) {
      for (std::size_t k = i; k < end; k += 2) joined += text[k];
      i = end;
      continue;
    }
    std::size_t behind = i;
    while (behind < text.size() && is_blank(text[behind])) ++behind;
    const auto joins = [](char32_t c) { return is_japanese(c) || is_cjk_punctuation(c); };
    const bool is_inside = behind > i && !joined.empty() && behind < text.size() &&
                           joins(joined.back()) && joins(text[behind]);
    if (is_inside) {
      i = behind;
    } else if (behind > i) {
      joined.append(text, i, behind - i);
      i = behind;
    } else {
      joined += text[i++];
    }
  }
  text = std::move(joined);
}

void read_kanji_numbers(std::u32string& text) {
  std::u32string read;
  read.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const Number number = kanji_number(text, i);
    if (number.end == i) {
      read += text[i++];
    } else if (number.is_read && is_counted(std::u32string_view(text).substr(number.end))) {
      for (const char digit : std::to_string(number.value)) read += static_cast<char32_t>(digit);
      i = number.end;
    } else {
      read.append(text, i, number.end - i);
      i = number.end;
    }
  }
  text = std::move(read);
}

}  // namespace secondlook
