#include "analyzer/rule_engine/stock_evals/body_numbers.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/message/ascii.h"
#include "analyzer/message/byte_set.h"
#include "analyzer/rule_engine/stock_evals/faraway_charset.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/text_lines.h"

namespace secondlook {
namespace {

constexpr ByteSet kBlanks(" \t\n\r\f\v");
constexpr std::size_t kMostAlternatives = 20;  // each costs a look at all parts

bool is_word_byte(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// How often each word stands in a text: a table that is searched from the word's hash on, as a mail
// has a thousand words.
class WordCounts {
 public:
  struct Word {
    std::string_view text;
    std::size_t count = 0;  // 0: a free place
  };

  void add(std::string_view word) {
    if (2 * (size_ + 1) > table_.size()) grow();
    Word& place = place_of(word);
    if (place.count++ > 0) return;
    place.text = word;
    ++size_;
  }
  std::size_t count_of(std::string_view word) { return table_.empty() ? 0 : place_of(word).count; }
  std::size_t size() const { return size_; }
  const std::vector<Word>& table() const { return table_; }

 private:
  static constexpr std::size_t kSmallest = 1024;  // a power of two, as all sizes

  Word& place_of(std::string_view word) {
    const std::size_t mask = table_.size() - 1;
    std::size_t at = std::hash<std::string_view>()(word) & mask;
    while (table_[at].count > 0 && table_[at].text != word) at = (at + 1) & mask;
    return table_[at];
  }

  void grow() {
    const std::vector<Word> old =
        std::exchange(table_, std::vector<Word>(std::max(kSmallest, 2 * table_.size())));
    for (const Word& word : old) {
      if (word.count > 0) place_of(word.text) = word;
    }
  }

  std::vector<Word> table_;
  std::size_t size_ = 0;
};

void count_words(std::string_view text, WordCounts& counts) {
  while (!text.empty()) {
    const std::size_t begin = kBlanks.find_outside(text);
    const std::size_t end = kBlanks.find_in(text, begin);
    const std::string_view word = text.substr(begin, end - begin);
    if (std::any_of(word.begin(), word.end(), is_word_byte)) counts.add(word);
    text.remove_prefix(end);
  }
}

void compare_alternative(const MailFacts& facts, const MessagePart& outer,
                         AlternativeNumbers& numbers) {
  WordCounts html, text;
  const std::vector<MessagePart>& parts = facts.message().parts;
  const std::string inside = outer.path + ".";
  for (const MessagePart& part : parts) {
    if (!part.path.starts_with(inside)) continue;
    if (is_html_part(part)) {
      const HtmlFacts* counted = facts.html_of(part);
      if (counted == nullptr) continue;
      count_words(counted->text, html);
      if (html.size() == 0 && counted->inside.contains("img"))
        html.add("\n");  // a word that is none
    } else if (is_plain_part(part)) {
      count_words(part.text, text);
    }
  }
  if (html.size() == 0) return;
  numbers.html_words = html.size();
  numbers.text_words = text.size();
  std::size_t left = 0;
  for (const auto& [word, count] : html.table()) {
    if (count > text.count_of(word)) ++left;
  }
  const double percent = static_cast<double>(left) / static_cast<double>(html.size()) * 100;
  numbers.percent = std::max(numbers.percent, percent);
}

}  // namespace

AlternativeNumbers compare_alternatives(const MailFacts& facts) {
  AlternativeNumbers numbers;
  const std::vector<MessagePart>& parts = facts.message().parts;
  const bool invitation = parts.size() == 3 && parts[0].content_type == "multipart/alternative" &&
                          parts[1].content_type == "text/html" &&
                          parts[2].content_type == "text/calendar";
  if (invitation) return numbers;
  std::size_t compared = 0;
  for (const MessagePart& part : parts) {
    if (part.content_type == "multipart/alternative" && ++compared <= kMostAlternatives)
      compare_alternative(facts, part, numbers);
  }
  return numbers;
}

double capitals_percent(const MailFacts& facts) {
  constexpr std::size_t kShortest = 200;
  const auto& charsets = facts.mime().charsets;
  if (std::any_of(charsets.begin(), charsets.end(), may_look_like_capitals)) return 0;
  constexpr std::size_t kShortestEncoded = 2 * 61;  // what the pattern below needs
  std::size_t length = 0, lower = 0, upper = 0;
  for_each_line(facts.message().body_text, [&](std::string_view line) {
    const std::string_view text = trim(line);
    if (text.find_first_of(" \t") == text.npos) return;
    if (line.size() >= kShortestEncoded && facts.matches("^(?:[A-Za-z0-9+/=]{60,76} ){2}", line))
      return;
    length += line.size() + 1;
    for (const char c : line) {
      if ((c >= 'a' && c <= 'z') || is_digit(c)) ++lower;
      if (c >= 'A' && c <= 'Z') ++upper;
    }
  });
  if (length < kShortest || upper + lower == 0) return 0;
  return static_cast<double>(upper) / static_cast<double>(upper + lower) * 100;
}

int most_blanks(std::string_view text) {
  int most = -1;
  for_each_line(text, [&](std::string_view line) {
    const std::size_t length = line.size() + 1;
    if (length <= 5) return;
    const auto blanks = static_cast<std::size_t>(std::count(line.begin(), line.end(), ' '));
    const std::size_t others = length - blanks;
    most = std::max(most, blanks > others ? 100 : static_cast<int>(100 * blanks / others));
  });
  return most;
}

}  // namespace secondlook
