#include "analyzer/rule_engine/received/received_clauses.h"

#include <algorithm>
#include <array>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostItems = 20;
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Mon,", "Tue,", "Wed,", "Thu,",
                                                   "Fri,", "Sat,", "Sun,"};

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_time(std::string_view text) {
  const auto colons = std::count(text.begin(), text.end(), ':');
  return (colons == 1 || colons == 2) && is_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == ':'; });
}

// Takes the last word off the text, blanks and semicolons before it too.
std::string_view take_last_word(std::string_view& text) {
  const std::size_t blank = text.find_last_of(" ;");
  const std::string_view word = text.substr(blank == text.npos ? 0 : blank + 1);
  text.remove_suffix(word.size());
  while (!text.empty() && (text.back() == ' ' || text.back() == ';')) text.remove_suffix(1);
  return word;
}

// "Tue, 3 Mar 2020 10:11:12 +0100" at the end, with nothing behind it.
std::string_view without_date(std::string_view line) {
  std::string_view rest = line;
  take_last_word(rest);  // the zone
  if (!is_time(take_last_word(rest))) return line;
  if (!all_digits(take_last_word(rest))) return line;
  const std::string_view month = take_last_word(rest);
  if (std::find(kMonths.begin(), kMonths.end(), month) == kMonths.end()) return line;
  if (!all_digits(take_last_word(rest))) return line;
  std::string_view before = rest;
  const std::string_view day = take_last_word(before);
  return std::find(kDays.begin(), kDays.end(), day) == kDays.end() ? rest : before;
}

// Behind the bracket that closes the one at `open`; the text's end when none does.
std::size_t end_of_nested(std::string_view line, std::size_t open, char opening, char closing) {
  std::size_t depth = 0;
  for (std::size_t i = open; i < line.size(); ++i) {
    if (line[i] == opening) ++depth;
    if (line[i] == closing && --depth == 0) return i + 1;
  }
  return line.size();
}

class ClauseReader {
 public:
  explicit ClauseReader(std::string_view line) : line_(line) {}

  ReceivedClauses read() {
    if (at_ < line_.size() && line_[at_] != '(' && line_[at_] != '[') clauses_.from = word();
    while (at_ < line_.size() && clauses_.items.size() < kMostItems) {
      const bool attached = at_ > 0 && line_[at_ - 1] != ' ' && line_[at_] != ' ';
      while (at_ < line_.size() && line_[at_] == ' ') ++at_;
      if (starts_ignoring_case(line_.substr(at_), "by ")) {
        take_by();
        break;
      }
      if (at_ < line_.size()) take_item(attached);
    }
    return std::move(clauses_);
  }

 private:
  std::string_view word() {
    const std::size_t begin = at_;
    while (at_ < line_.size() && line_[at_] != ' ' && line_[at_] != '(' &&
           (line_[at_] != '[' || at_ == begin)) {
      ++at_;
    }
    return line_.substr(begin, at_ - begin);
  }

  void take_item(bool attached) {
    const char opening = line_[at_];
    if (opening != '(' && opening != '[') {
      clauses_.items.push_back({ReceivedItem::Kind::word, word(), attached});
      return;
    }
    const char closing = opening == '(' ? ')' : ']';
    const std::size_t end = end_of_nested(line_, at_, opening, closing);
    const std::size_t inside = end - at_ - (line_[end - 1] == closing ? 2 : 1);
    const auto kind = opening == '(' ? ReceivedItem::Kind::comment : ReceivedItem::Kind::bracket;
    clauses_.items.push_back({kind, line_.substr(at_ + 1, inside), attached});
    at_ = end;
  }

  void take_by() {
    at_ += 3;
    const std::size_t end = std::min(line_.find(' ', at_), line_.size());
    clauses_.by = line_.substr(at_, end - at_);
    while (!clauses_.by.empty() && clauses_.by.back() == ';') clauses_.by.remove_suffix(1);
    clauses_.after_by = line_.substr(end);
  }

  std::string_view line_;
  std::size_t at_ = 0;
  ReceivedClauses clauses_;
};

}  // namespace

ReceivedClauses cut_received(std::string_view line) {
  return ClauseReader(line).read();
}

std::string normalise_received(std::string_view value) {
  std::string line;
  for (const char c : value) {
    const char next = is_space(c) || c == '\v' ? ' ' : c;
    if (next != ' ' || (!line.empty() && line.back() != ' ')) line += next;
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == ';')) line.pop_back();
  line.resize(without_date(line).size());
  // Some mailers leave the blank out.
  if (const std::size_t place = line.find(")by "); place != std::string::npos)
    line.insert(place + 1, 1, ' ');
  return line;
}

}  // namespace secondlook
