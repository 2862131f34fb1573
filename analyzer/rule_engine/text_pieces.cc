#include "analyzer/rule_engine/text_pieces.h"

#include <algorithm>

namespace secondlook {
namespace {

// Back to the beginning of the UTF-8 character at `offset`, at most three bytes.
std::size_t character_edge(std::string_view text, std::size_t offset) {
  std::size_t edge = offset;
  while (edge > 0 && offset - edge < 3 && edge < text.size() &&
         (static_cast<unsigned char>(text[edge]) & 0xc0) == 0x80) {
    --edge;
  }
  return edge;
}

void cut_part(std::string_view text, std::size_t begin, std::size_t part_end,
              std::vector<TextPiece>& pieces) {
  while (part_end - begin > 2 * kLongestLine) {
    const std::string_view window = text.substr(begin, 2 * kLongestLine);
    std::size_t end = character_edge(text, begin + kLongestLine + 1);
    for (const char edge : {'\n', '>', ' '}) {
      const std::size_t found = window.find(edge, kLongestLine);
      if (found == window.npos) continue;
      end = begin + found + 1;
      break;
    }
    pieces.push_back({begin, end, {}});
    begin = end;
  }
  if (begin < part_end) pieces.push_back({begin, part_end, {}});
}

}  // namespace

std::vector<TextPiece> cut_paragraphs(std::string_view text) {
  std::vector<TextPiece> pieces;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t line_feed = text.find('\n', begin);
    std::size_t end = line_feed == text.npos ? text.size() : line_feed + 1;
    if (std::min(line_feed, text.size()) - begin > kLongestLine) {
      const std::size_t blank = text.substr(begin, kLongestLine + 1).rfind(' ');
      end = blank == text.npos ? character_edge(text, begin + kLongestLine) : begin + blank + 1;
    }
    pieces.push_back({begin, end, {}});
    begin = end;
  }
  return pieces;
}

std::vector<TextPiece> cut_chunks(std::string_view text, const std::vector<std::size_t>& starts) {
  std::vector<TextPiece> pieces;
  std::size_t begin = 0;
  for (const std::size_t start : starts) {
    if (start <= begin || start >= text.size()) continue;
    cut_part(text, begin, start, pieces);
    begin = start;
  }
  cut_part(text, begin, text.size(), pieces);
  return pieces;
}

}  // namespace secondlook
