#include "analyzer/documents/drawn_table.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "analyzer/documents/picture_pixels.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/css_color.h"
#include "analyzer/message/html_entities.h"
#include "analyzer/message/html_tokenizer.h"

namespace secondlook {
namespace {

constexpr std::size_t kFewestSteps = 21, kMostSteps = 200;  // a side
constexpr std::size_t kFewestEmptyCells = 100;
constexpr std::size_t kMostCells = 100'000, kMostDrawings = 10, kMostNested = 50;

struct Cell {
  unsigned columns = 1, rows = 1;
  unsigned width = 0;  // pixels; 0: not said
  std::uint8_t grey = 255;
};

struct TableRow {
  unsigned height = 0;
  std::uint8_t grey = 255;
  std::vector<Cell> cells;
};

struct Table {
  std::uint8_t grey = 255;
  std::vector<TableRow> rows;
};

std::string decoded(std::string_view value) {
  std::string text;
  append_unreferenced(text, value, ReferencePlace::attribute);
  return text;
}

unsigned number_in(std::string_view text, unsigned most) {
  text = trim(text);
  unsigned number = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && digits < 6 && is_digit(text[digits]); ++digits)
    number = number * 10 + static_cast<unsigned>(text[digits] - '0');
  if (digits < text.size() && text[digits] == '%') return 0;
  return std::min(number, most);
}

// Of the last declaration of that property, the value: "background" of "width:4px; background:
// #000".
std::string_view property_of(std::string_view style, std::string_view name) {
  std::string_view value;
  while (!style.empty()) {
    const std::size_t end = std::min(style.find(';'), style.size());
    const std::string_view declaration = style.substr(0, end);
    const std::size_t colon = declaration.find(':');
    if (colon != style.npos && equals_ignoring_case(trim(declaration.substr(0, colon)), name))
      value = trim(declaration.substr(colon + 1));
    style.remove_prefix(std::min(end + 1, style.size()));
  }
  return value;
}

// The first colour of a background: "#000 none", "rgb(0, 0, 0)".
std::optional<std::uint32_t> color_in(std::string_view value) {
  if (const auto color = parse_color(value)) return color;
  for (; !value.empty(); value = trim(value)) {
    const std::size_t end = std::min(value.find(' '), value.size());
    if (const auto color = parse_color(value.substr(0, end))) return color;
    value.remove_prefix(end);
  }
  return {};
}

class Reader {
 public:
  void read(std::string_view html) {
    HtmlTokenizer tokenizer(html);
    for (HtmlToken token; tokenizer.next(token);) {
      if (token.kind == HtmlToken::Kind::start_tag) open(token);
      if (token.kind == HtmlToken::Kind::end_tag && token.name == "table" && !open_.empty())
        close();
    }
    while (!open_.empty()) close();
  }

  std::vector<GreyPicture> drawings;
  bool is_cut = false;

 private:
  static unsigned length_of(const HtmlToken& token, std::string_view name) {
    constexpr unsigned kMostPixels = 10'000;
    if (const HtmlAttribute* style = token.attribute("style"))
      if (const unsigned length = number_in(property_of(decoded(style->value), name), kMostPixels))
        return length;
    const HtmlAttribute* attribute = token.attribute(name);
    return attribute != nullptr ? number_in(attribute->value, kMostPixels) : 0;
  }

  static unsigned span_of(const HtmlToken& token, std::string_view name) {
    const HtmlAttribute* attribute = token.attribute(name);
    return attribute != nullptr ? std::max(1U, number_in(attribute->value, kMostSteps)) : 1;
  }

  static std::uint8_t grey_in(const HtmlToken& token, std::uint8_t behind) {
    std::optional<std::uint32_t> color;
    if (const HtmlAttribute* attribute = token.attribute("bgcolor"))
      color = parse_color(decoded(attribute->value));
    if (const HtmlAttribute* attribute = token.attribute("style")) {
      const std::string style = decoded(attribute->value);
      for (const std::string_view name : {"background", "background-color"})
        if (const auto found = color_in(property_of(style, name))) color = found;
    }
    if (!color) return behind;
    return grey_of(*color >> 16U & 255U, *color >> 8U & 255U, *color & 255U);
  }

  void open(const HtmlToken& token) {
    if (token.name == "table") {
      if (open_.size() < kMostNested) open_.push_back({grey_in(token, 255), {}});
      return;
    }
    if (open_.empty()) return;
    Table& table = open_.back();
    if (token.name == "tr")
      table.rows.push_back({length_of(token, "height"), grey_in(token, table.grey), {}});
    if ((token.name != "td" && token.name != "th") || table.rows.empty()) return;
    if (++cells_ > kMostCells) {
      is_cut = true;
      return;
    }
    TableRow& row = table.rows.back();
    row.cells.push_back({span_of(token, "colspan"), span_of(token, "rowspan"),
                         length_of(token, "width"), grey_in(token, row.grey)});
    if (row.height == 0) row.height = length_of(token, "height");
  }

  void close() {
    const Table table = std::move(open_.back());
    open_.pop_back();
    auto picture = painted(table);
    if (!picture) return;
    if (drawings.size() < kMostDrawings)
      drawings.push_back(std::move(*picture));
    else
      is_cut = true;
  }

  static std::optional<GreyPicture> painted(const Table& table);

  std::vector<Table> open_;
  std::size_t cells_ = 0;
};

// What one step is where lengths differ, as those of joined cells do; 0 where all are the same or
// one is not said.
template <typename Range, typename Length>
unsigned step_of(const Range& things, Length length) {
  unsigned shortest = 0, longest = 0;
  for (const auto& thing : things) {
    const unsigned one = length(thing);
    if (one == 0) return 0;
    shortest = shortest == 0 ? one : std::min(shortest, one);
    longest = std::max(longest, one);
  }
  return 2 * longest >= 3 * shortest ? shortest : 0;
}

unsigned steps_of(unsigned length, unsigned step) {
  return step == 0 ? 1 : std::max(1U, (length + step / 2) / step);
}

using Steps = std::vector<std::vector<std::uint8_t>>;  // rows of greys

// Puts the cells of one row on the grid, beneath those of earlier rows that reach down.
void lay(const TableRow& row, unsigned step, std::size_t y, Steps& grid,
         std::vector<unsigned>& reach) {
  std::size_t x = 0;
  for (const Cell& cell : row.cells) {
    while (x < kMostSteps && reach[x] > 0) ++x;
    const unsigned columns = std::max(cell.columns, steps_of(cell.width, step));
    for (unsigned i = 0; i < columns && x < kMostSteps; ++i, ++x) {
      for (std::size_t down = y; down < std::min<std::size_t>(y + cell.rows, grid.size()); ++down) {
        if (grid[down].size() <= x) grid[down].resize(x + 1, 255);
        grid[down][x] = cell.grey;
      }
      reach[x] = cell.rows;
    }
  }
  for (unsigned& left : reach)
    if (left > 0) --left;
}

Steps steps_of_table(const Table& table) {
  std::vector<Cell> all;
  for (const TableRow& row : table.rows) all.insert(all.end(), row.cells.begin(), row.cells.end());
  const bool has_spans =
      std::ranges::any_of(all, [](const Cell& cell) { return cell.columns > 1; });
  const unsigned step = has_spans ? 0 : step_of(all, [](const Cell& cell) { return cell.width; });
  const unsigned height = step_of(table.rows, [](const TableRow& row) { return row.height; });
  Steps grid(table.rows.size());
  std::vector<unsigned> reach(kMostSteps);
  for (std::size_t y = 0; y < table.rows.size(); ++y) lay(table.rows[y], step, y, grid, reach);
  if (height == 0) return grid;
  Steps tall;
  for (std::size_t y = 0; y < grid.size(); ++y)
    for (unsigned i = 0; i < steps_of(table.rows[y].height, height) && tall.size() <= kMostSteps;
         ++i)
      tall.push_back(grid[y]);
  return tall;
}

std::optional<GreyPicture> Reader::painted(const Table& table) {
  if (table.rows.empty() || table.rows.size() > kMostSteps) return {};
  const Steps steps = steps_of_table(table);
  std::size_t columns = 0;
  for (const auto& row : steps) columns = std::max(columns, row.size());
  if (steps.size() < kFewestSteps || columns < kFewestSteps || steps.size() > kMostSteps) return {};

  constexpr std::size_t kPixels = 4, kMargin = 4 * kPixels;
  GreyPicture picture{static_cast<int>(columns * kPixels + 2 * kMargin),
                      static_cast<int>(steps.size() * kPixels + 2 * kMargin),
                      {}};
  const auto width = static_cast<std::size_t>(picture.width);
  picture.grey.assign(width * static_cast<std::size_t>(picture.height), table.grey);
  for (std::size_t y = 0; y < steps.size() * kPixels; ++y)
    for (std::size_t x = 0; x < steps[y / kPixels].size() * kPixels; ++x)
      picture.grey[(y + kMargin) * width + x + kMargin] = steps[y / kPixels][x / kPixels];
  const auto [darkest, lightest] = std::ranges::minmax(picture.grey);
  if (darkest == lightest) return {};
  return picture;
}

bool is_cell_tag(std::string_view tag) {
  return tag.size() > 3 && ascii_lower(tag[1]) == 't' &&
         (ascii_lower(tag[2]) == 'd' || ascii_lower(tag[2]) == 'h') &&
         (is_space(tag[3]) || tag[3] == '>' || tag[3] == '/');
}

// Behind a cell's start tag: its end, the next cell or row, or a blank that does not break.
bool is_empty_cell(std::string_view behind) {
  const std::size_t at = behind.find_first_not_of(" \t\r\n");
  if (at == behind.npos) return true;
  behind.remove_prefix(at);
  for (const std::string_view tag : {"</td", "</th", "<td", "<th", "</tr", "<tr"})
    if (starts_ignoring_case(behind, tag)) return true;
  return behind.starts_with("&nbsp") || behind.starts_with("&#160") ||
         behind.starts_with("\xC2\xA0");
}

}  // namespace

bool may_hold_table_drawing(std::string_view html) {
  std::size_t empty = 0;
  for (std::size_t at = html.find('<'); at != html.npos; at = html.find('<', at + 1)) {
    if (!is_cell_tag(html.substr(at, 4))) continue;
    const std::size_t end = html.find('>', at);
    if (end == html.npos) break;
    if (is_empty_cell(html.substr(end + 1, 64)) && ++empty >= kFewestEmptyCells) return true;
    at = end;
  }
  return false;
}

std::vector<GreyPicture> table_drawings(std::string_view html, bool& is_cut) {
  Reader reader;
  reader.read(html);
  is_cut = is_cut || reader.is_cut;
  return std::move(reader.drawings);
}

}  // namespace secondlook
