// Lines of a .cf file as SpamAssassin cuts them: the comment goes, an escaped "\#" stays as "#",
// blanks at both ends go. Remembers enough to say in which column of the file a byte stood.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

struct RuleLine {
  std::string text;
  std::size_t indent = 0;            // blanks removed in front
  std::vector<std::size_t> escapes;  // offsets in `text` of each "#" that was written "\#"

  // Column in the file, from 1, of the byte at `offset` of `text`.
  std::size_t column(std::size_t offset) const;
};

RuleLine cut_rule_line(std::string_view line);

// A word and where it stands in the text it was taken from.
struct RuleWord {
  std::string_view text;
  std::size_t offset = 0;
  std::size_t end() const { return offset + text.size(); }
};

// The next word (no blanks inside) at or after `from`; empty at the end.
RuleWord word_at(std::string_view text, std::size_t from);
// Everything from the first byte at or after `from` that is no blank.
RuleWord rest_at(std::string_view text, std::size_t from);
std::vector<RuleWord> words_of(std::string_view text, std::size_t from);

// ASCII only, whatever the locale.
bool is_blank(char byte);
std::string to_lower(std::string_view text);

}  // namespace secondlook
