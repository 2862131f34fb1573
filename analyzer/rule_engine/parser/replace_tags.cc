#include "analyzer/rule_engine/parser/replace_tags.h"

#include <vector>

namespace secondlook {
namespace {

constexpr int kMostRounds = 6;
constexpr std::size_t kLongest = 256 * 1024;

struct Piece {
  std::string text;
  bool is_tag = false;  // "<name>"
  std::string_view name() const { return std::string_view(text).substr(1, text.size() - 2); }
};

// Cuts at <…> with at least one byte and no further bracket inside. Between two tags that touch
// stands an empty piece: where <inter X> goes.
std::vector<Piece> cut_at_tags(std::string_view expression) {
  std::vector<Piece> pieces;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] != '<') continue;
    const std::size_t end = expression.find_first_of("<>", i + 1);
    if (end == expression.npos || expression[end] == '<' || end == i + 1) continue;
    pieces.push_back({std::string(expression.substr(begin, i - begin))});
    pieces.push_back({std::string(expression.substr(i, end + 1 - i)), true});
    begin = end + 1;
    i = end;
  }
  pieces.push_back({std::string(expression.substr(begin))});
  return pieces;
}

// Takes the first "<word name>" out of the expression and gives what `table` has for the name.
std::string take_modifier(std::string& expression, std::string_view word,
                          const ReplaceTags::Table& table) {
  const std::string opening = "<" + std::string(word) + " ";
  const std::size_t begin = expression.find(opening);
  if (begin == std::string::npos) return "";
  const std::size_t end = expression.find('>', begin);
  if (end == std::string::npos) return "";
  const std::size_t name = begin + opening.size();
  const auto found = table.find(std::string_view(expression).substr(name, end - name));
  expression.erase(begin, end + 1 - begin);
  return found == table.end() ? "" : found->second;
}

}  // namespace

std::string ReplaceTags::expand(std::string_view expression) const {
  std::string current(expression);
  for (int round = 0; round < kMostRounds && current.size() < kLongest; ++round) {
    const std::string first = take_modifier(current, "pre", before);
    const std::string last = take_modifier(current, "post", after);
    const std::string middle = take_modifier(current, "inter", between);
    bool again = false;
    std::string next;
    const std::vector<Piece> pieces = cut_at_tags(current);
    for (std::size_t i = 0; i < pieces.size() && next.size() < kLongest; ++i) {
      const Piece& piece = pieces[i];
      if (!piece.is_tag) {
        const bool is_between = piece.text.empty() && i > 0 && i + 1 < pieces.size();
        next += is_between ? middle : piece.text;
        continue;
      }
      const auto tag = tags.find(piece.name());
      const std::string& text = tag == tags.end() ? piece.text : tag->second;
      again = again || (tag != tags.end() && text.find('<') != std::string::npos);
      next += first + text + last;
    }
    current = std::move(next);
    if (!again) break;
  }
  return current;
}

}  // namespace secondlook
