// What normalised_text() undoes character by character, on text that is NFKC. Each is linear and
// changes the text in place.
#pragma once

#include <string>

namespace secondlook {

// 力ード, パスワ一ド, カ―ド: kanji and dashes that look like kana, between kana. Аmazon: Cyrillic,
// Greek and Armenian letters that look like Latin ones, in words that have a Latin letter too.
void undo_lookalikes(std::u32string& text);

// Takes out blanks between Japanese characters, a sign that stands between each of three or more of
// them (カ・ー・ド), and a sign or blank between four or more single Latin letters (L I N E).
void join_words(std::u32string& text);

// 二十四時間, 二四時間: 24時間. Below 10,000 and only before what is counted, since 一 and 十 are
// parts of words too (一時停止, 十分).
void read_kanji_numbers(std::u32string& text);

}  // namespace secondlook
