#include "analyzer/rule_engine/parser/rule_line.h"

#include <algorithm>

namespace secondlook {

bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == '\f' ||
         byte == '\v';
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& byte : lower) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
  return lower;
}

std::size_t RuleLine::column(std::size_t offset) const {
  const auto before = std::lower_bound(escapes.begin(), escapes.end(), offset) - escapes.begin();
  return indent + offset + static_cast<std::size_t>(before) + 1;
}

RuleLine cut_rule_line(std::string_view line) {
  RuleLine cut;
  while (cut.indent < line.size() && is_blank(line[cut.indent])) ++cut.indent;
  for (std::size_t i = cut.indent; i < line.size(); ++i) {
    if (line[i] == '#') {
      if (i == cut.indent || line[i - 1] != '\\') break;
      cut.text.back() = '#';
      cut.escapes.push_back(cut.text.size() - 1);
      continue;
    }
    cut.text.push_back(line[i]);
  }
  while (!cut.text.empty() && is_blank(cut.text.back())) cut.text.pop_back();
  return cut;
}

RuleWord word_at(std::string_view text, std::size_t from) {
  const RuleWord rest = rest_at(text, from);
  std::size_t length = 0;
  while (length < rest.text.size() && !is_blank(rest.text[length])) ++length;
  return {rest.text.substr(0, length), rest.offset};
}

RuleWord rest_at(std::string_view text, std::size_t from) {
  from = std::min(from, text.size());
  while (from < text.size() && is_blank(text[from])) ++from;
  return {text.substr(from), from};
}

std::vector<RuleWord> words_of(std::string_view text, std::size_t from) {
  std::vector<RuleWord> words;
  for (RuleWord word = word_at(text, from); !word.text.empty(); word = word_at(text, word.end())) {
    words.push_back(word);
  }
  return words;
}

}  // namespace secondlook
