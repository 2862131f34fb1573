#include "analyzer/documents/drawn_text.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "analyzer/message/ascii.h"
#include "analyzer/message/html_entities.h"
#include "analyzer/message/html_tokenizer.h"

namespace secondlook {
namespace {

// The smallest code has 21 modules: eleven lines of half blocks, eleven columns of quadrants.
constexpr std::size_t kFewestLines = 10, kFewestColumns = 10, kFewestCharacters = 60;
constexpr std::size_t kMostLines = 200, kMostColumns = 400;

// Which quarters of a character are inked.
enum Quarter : std::uint8_t { upper_left = 1, upper_right = 2, lower_left = 4, lower_right = 8 };
constexpr std::uint8_t kFull = 15, kUpper = 3, kLower = 12, kLeft = 5, kRight = 10;

// U+2596 to U+259F, in order.
constexpr std::uint8_t kQuadrants[] = {lower_left,
                                       lower_right,
                                       upper_left,
                                       kLeft | lower_right,
                                       upper_left | lower_right,
                                       kUpper | lower_left,
                                       kUpper | lower_right,
                                       upper_right,
                                       upper_right | lower_left,
                                       kRight | lower_left};

struct Inked {
  std::uint8_t quarters = 0;
  bool is_wide = false;  // as wide as it is tall
};

std::optional<Inked> inked(char32_t c) {
  if (c == ' ' || c == 0xA0 || c == 0x2007) return Inked{0, false};
  if (c == 0x3000) return Inked{0, true};
  if (c == 0x2580) return Inked{kUpper, false};
  if (c >= 0x2581 && c <= 0x2587) return Inked{c >= 0x2584 ? kLower : std::uint8_t{0}, false};
  if (c == 0x2588 || c == 0x2593) return Inked{kFull, false};
  if (c >= 0x2589 && c <= 0x258F) return Inked{c <= 0x258C ? kLeft : std::uint8_t{0}, false};
  if (c == 0x2590) return Inked{kRight, false};
  if (c == 0x2591 || c == 0x2592) return Inked{0, false};
  if (c >= 0x2596 && c <= 0x259F) return Inked{kQuadrants[c - 0x2596], false};
  if (c == 0x25A0 || c == 0x25FC || c == 0x25FE || c == 0x2B1B) return Inked{kFull, true};
  if (c == 0x25A1 || c == 0x25FB || c == 0x25FD || c == 0x2B1C) return Inked{0, true};
  return {};
}

// Those that take no room: marks of width zero and of emoji.
bool is_nothing(char32_t c) {
  return c == '\r' || (c >= 0x200B && c <= 0x200F) || c == 0x2060 || c == 0xFEFF || c == 0xFE0E ||
         c == 0xFE0F;
}

// The next character of UTF-8; what is malformed is taken byte by byte.
char32_t take_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) -> char32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const char32_t lead = byte(at++);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
  char32_t c = more == 0 ? lead : lead & (0x3FU >> more);
  for (int i = 0; i < more && (byte(at) & 0xC0U) == 0x80U; ++i) c = c << 6U | (byte(at++) & 0x3FU);
  return c;
}

using Row = std::vector<std::uint8_t>;  // the quarters of each column

// Nothing where another character stands.
std::optional<Row> row_of(std::string_view line) {
  Row row;
  for (std::size_t at = 0; at < line.size();) {
    const char32_t c = take_character(line, at);
    if (is_nothing(c)) continue;
    const auto ink = inked(c);
    if (!ink || row.size() >= kMostColumns) return {};
    row.push_back(ink->quarters);
    if (ink->is_wide) row.push_back(ink->quarters);
  }
  while (!row.empty() && row.back() == 0) row.pop_back();
  return row;
}

constexpr int kMargin = 32;  // of pixels: four modules of the largest kind

GreyPicture paint(const std::vector<Row>& rows, std::size_t columns, int height) {
  constexpr int kWidth = 4;
  GreyPicture picture{static_cast<int>(columns) * kWidth + 2 * kMargin,
                      static_cast<int>(rows.size()) * height + 2 * kMargin,
                      {}};
  const auto width = static_cast<std::size_t>(picture.width);
  picture.grey.assign(width * static_cast<std::size_t>(picture.height), 255);
  for (std::size_t y = 0; y < rows.size() * static_cast<std::size_t>(height); ++y) {
    const Row& row = rows[y / static_cast<std::size_t>(height)];
    const bool is_lower =
        y % static_cast<std::size_t>(height) >= static_cast<std::size_t>(height) / 2;
    for (std::size_t x = 0; x < row.size() * kWidth; ++x) {
      const unsigned quarter = (is_lower ? 4U : 1U) << (x % kWidth >= kWidth / 2 ? 1U : 0U);
      if ((row[x / kWidth] & quarter) != 0) picture.grey[(y + kMargin) * width + x + kMargin] = 0;
    }
  }
  return picture;
}

class Drawings {
 public:
  explicit Drawings(bool& is_cut) : is_cut_(is_cut) {}

  void add_line(std::string_view line) {
    auto row = row_of(line);
    if (!row) return end();
    if (row->empty()) {  // lines may stand apart
      if (++blank_ > 1) end();
      return;
    }
    blank_ = 0;
    if (rows_.size() == kMostLines) end();
    columns_ = std::max(columns_, row->size());
    rows_.push_back(std::move(*row));
  }

  void end() {
    if (rows_.size() >= kFewestLines && columns_ >= kFewestColumns) {
      if (found_.size() < kMostDrawings)
        found_.push_back({paint(rows_, columns_, 8), paint(rows_, columns_, 4)});
      else
        is_cut_ = true;
    }
    rows_.clear();
    columns_ = 0;
  }

  std::vector<BlockDrawing> take() {
    end();
    return std::move(found_);
  }

 private:
  bool& is_cut_;
  std::vector<Row> rows_;
  std::size_t columns_ = 0;
  int blank_ = 0;
  std::vector<BlockDrawing> found_;
};

// Behind an &: "#9608;", "#x002588;", "block;". Errs towards yes.
bool is_block_reference(std::string_view text) {
  if (!text.starts_with('#'))
    return text.starts_with("block") || text.starts_with("uhblk") || text.starts_with("lhblk");
  text.remove_prefix(1);
  const bool is_hexadecimal = text.starts_with('x') || text.starts_with('X');
  if (is_hexadecimal) text.remove_prefix(1);
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  for (const std::string_view start : {"25", "2b", "2B"})
    if (is_hexadecimal && text.starts_with(start)) return true;
  return !is_hexadecimal &&
         (text.starts_with("96") || text.starts_with("97") || text.starts_with("110"));
}

bool ends_line(const HtmlToken& token) {
  static constexpr std::string_view kEnding[] = {"br", "div", "p", "tr", "pre", "li", "table"};
  return std::ranges::find(kEnding, token.name) != std::end(kEnding);
}

void append_with_blanks_joined(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (!is_space(c))
      out += c;
    else if (!out.empty() && out.back() != ' ' && out.back() != '\n')
      out += ' ';
  }
}

}  // namespace

bool may_hold_block_drawing(std::string_view text) {
  std::size_t found = 0;
  for (auto at = text.find('\xE2'); at != text.npos; at = text.find('\xE2', at + 1)) {
    const std::string_view next = text.substr(at + 1, 1);
    if ((next == "\x96" || next == "\xAC") && ++found >= kFewestCharacters) return true;
  }
  for (auto at = text.find('&'); at != text.npos; at = text.find('&', at + 1)) {
    if (is_block_reference(text.substr(at + 1, 16)) && ++found >= kFewestCharacters) return true;
  }
  return false;
}

std::string drawing_lines_of_html(std::string_view html) {
  // Style sheets are not applied: where one keeps blanks, all are kept.
  const bool keeps_blanks = contains_ignoring_case(html, "white-space");
  std::string lines, text;
  int preformatted = keeps_blanks ? 1 : 0;
  HtmlTokenizer tokenizer(html);
  for (HtmlToken token; tokenizer.next(token);) {
    const bool is_end = token.kind == HtmlToken::Kind::end_tag;
    if (token.kind == HtmlToken::Kind::text) {
      text.clear();
      append_unreferenced(text, token.text, ReferencePlace::text);
      if (preformatted > 0)
        lines += text;
      else
        append_with_blanks_joined(lines, text);
    } else if (is_end || token.kind == HtmlToken::Kind::start_tag) {
      if (ends_line(token) && !lines.empty() && (token.name == "br" || lines.back() != '\n'))
        lines += '\n';
      if (token.name == "pre") preformatted = std::max(0, preformatted + (is_end ? -1 : 1));
    }
  }
  return lines;
}

std::vector<BlockDrawing> block_drawings(std::string_view text, bool& is_cut) {
  Drawings drawings(is_cut);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    drawings.add_line(text.substr(at, end - at));
    at = end + 1;
  }
  return drawings.take();
}

}  // namespace secondlook
