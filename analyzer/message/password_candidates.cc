#include "analyzer/message/password_candidates.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

constexpr std::size_t kShortest = 4, kLongest = 64, kLinesBehind = 3;
constexpr std::size_t kMostTextBytes = 256 << 10;

// Lower case; what is no ASCII stands as it is.
constexpr std::array<std::string_view, 14> kSpeaksOfIt = {
    "password",
    "passwort",
    "passcode",
    "pass word",
    "kennwort",
    "contrase\xC3\xB1"
    "a",
    "mot de passe",
    "senha",
    "passwd",
    "\xE3\x83\x91\xE3\x82\xB9\xE3\x83\xAF\xE3\x83\xBC\xE3\x83\x89",
    "\xEF\xBE\x8A\xEF\xBE\x9F\xEF\xBD\xBD\xEF\xBE\x9C\xEF\xBD\xB0\xEF\xBE\x84\xEF\xBE\x9E",
    "\xE8\xA7\xA3\xE5\x87\x8D",
    "\xE6\x9A\x97\xE8\xA8\xBC\xE7\x95\xAA\xE5\x8F\xB7",
    "\xE3\x83\x91\xE3\x82\xB9\xEF\xBC\x9A"};

// Which words may begin at a place, by its first six bytes: a bit a word, one more for full-width
// letters.
class Beginnings {
 public:
  Beginnings() {
    std::uint32_t bit = 1;
    for (const std::string_view word : kSpeaksOfIt) {
      add(word, bit);
      bit <<= 1U;
    }
    for (const std::string_view word :
         {"pass ", "pass:", "pass=", "pass\xE3", "pw ", "pw:", "pw=", "pw\xE3"}) {
      add(word, bit);
      bit <<= 1U;
    }
    // U+FF00 to U+FF7F.
    add("\xEF\xBC", bit);
    add("\xEF\xBD", bit);
    for (std::size_t i = 0; i < 256; ++i)
      for (std::size_t k = 0; k < 256; ++k)
        pairs_[i << 8U | k] =
            (tables_[0][i] & tables_[1][k]) != 0 || (tables_[1][i] & tables_[2][k]) != 0;
  }

  // Most lines have none, and are looked at no further.
  bool may_be_in(std::string_view text) const {
    const auto at = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(text[i])}; };
    // Of every three bytes in a row two stand at an even place and behind it.
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
      if (!pairs_[at(i) << 8U | at(i + 1)]) continue;
      if (begins(text.substr(i)) || (i > 0 && begins(text.substr(i - 1)))) return true;
    }
    return false;
  }

 private:
  using Table = std::array<std::uint32_t, 256>;

  static void mark(Table& table, char c, std::uint32_t bit) {
    table[static_cast<unsigned char>(c)] |= bit;
    if (c >= 'a' && c <= 'z') table[static_cast<unsigned char>(c - 'a' + 'A')] |= bit;
  }
  void add(std::string_view word, std::uint32_t bit) {
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      if (i < word.size())
        mark(tables_[i], word[i], bit);
      else
        for (std::uint32_t& any : tables_[i]) any |= bit;
    }
  }
  bool begins(std::string_view text) const {
    if (text.size() < 3) return false;  // a keyword and what stands behind it
    std::uint32_t words = ~0U;
    for (std::size_t i = 0; i < std::min(text.size(), tables_.size()); ++i)
      words &= tables_[i][static_cast<unsigned char>(text[i])];
    return words != 0;
  }

  std::array<Table, 6> tables_{};
  std::array<bool, 65'536> pairs_{};  // two of the first three bytes
};
// Made when the program starts: its table of pairs takes more steps than clang grants a constant
// expression.
const Beginnings kBeginnings;

// U+FF01 to U+FF5E as ASCII, U+3000 as a blank: how passwords are typed in Japanese mails.
std::string with_narrow_letters(std::string_view text) {
  std::string narrow;
  narrow.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto second = i + 2 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    const auto third = i + 2 < text.size() ? static_cast<unsigned char>(text[i + 2]) : 0U;
    const unsigned code = (second & 0x3FU) << 6U | (third & 0x3FU);
    if (text[i] == '\xEF' && code >= 0xF01 && code <= 0xF5E) {
      narrow += static_cast<char>(code - 0xF01 + '!');
      i += 2;
    } else if (text.substr(i, 3) == "\xE3\x80\x80") {
      narrow += ' ';
      i += 2;
    } else {
      narrow += text[i];
    }
  }
  return narrow;
}

bool is_visible(char c) {
  return c > ' ' && c < '\x7F';
}

// Where the first word that speaks of a password ends; npos: none does. "PW" and "PASS" stand
// alone.
std::size_t behind_keyword(std::string_view line) {
  const std::string lower = to_ascii_lower(line);
  std::size_t end = std::string::npos;
  for (const std::string_view keyword : kSpeaksOfIt)
    if (const auto at = lower.find(keyword); at != std::string::npos)
      end = std::min(end, at + keyword.size());
  for (const std::string_view keyword : {"pw", "pass"}) {
    const auto at = lower.find(keyword);
    if (at == std::string::npos || (at > 0 && is_letter(lower[at - 1]))) continue;
    const std::size_t behind = at + keyword.size();
    if (behind < lower.size() &&
        std::string_view(" :=").find(lower[behind]) != std::string_view::npos)
      end = std::min(end, behind);
  }
  return end;
}

class Candidates {
 public:
  bool are_full() const { return all_.size() >= kMostPasswordCandidates; }
  std::vector<std::string> take() { return std::move(all_); }

  // Every run of visible ASCII, without the signs around it and with them.
  void add_words(std::string_view text) {
    for (std::size_t at = 0; at < text.size() && !are_full();) {
      if (!is_visible(text[at])) {
        ++at;
        continue;
      }
      std::size_t end = at;
      while (end < text.size() && is_visible(text[end])) ++end;
      add_word(text.substr(at, end - at));
      at = end;
    }
  }

 private:
  static bool is_wrapping(char c) {
    return std::string_view("\"'`()<>[]{}:;=,.").find(c) != std::string_view::npos;
  }

  void add_word(std::string_view word) {
    std::string_view inside = word;
    while (!inside.empty() && is_wrapping(inside.front())) inside.remove_prefix(1);
    std::string_view bare = inside;
    while (!bare.empty() && is_wrapping(bare.back())) bare.remove_suffix(1);
    for (const std::string_view each : {bare, inside, word}) add(each);
  }

  void add(std::string_view word) {
    if (word.size() < kShortest || word.size() > kLongest || are_full()) return;
    if (std::find(all_.begin(), all_.end(), word) == all_.end()) all_.emplace_back(word);
  }

  std::vector<std::string> all_;
};

}  // namespace

std::vector<std::string> password_candidates(std::string_view text) {
  text = text.substr(0, kMostTextBytes);
  Candidates candidates;
  std::size_t lines_left = 0;
  while (!text.empty() && !candidates.are_full()) {
    const std::string_view written = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(written.size() + 1, text.size()));
    const bool may_speak = kBeginnings.may_be_in(written);
    if (!may_speak && lines_left == 0) continue;
    const std::string line = with_narrow_letters(written);
    if (trim(line).empty()) continue;
    const std::size_t behind = may_speak ? behind_keyword(line) : std::string::npos;
    if (behind != std::string::npos) {
      candidates.add_words(std::string_view(line).substr(behind));
      lines_left = kLinesBehind;
    } else if (lines_left > 0) {
      candidates.add_words(line);
      --lines_left;
    }
  }
  return candidates.take();
}

}  // namespace secondlook
