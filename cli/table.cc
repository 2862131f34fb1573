#include "cli/table.h"

#include <algorithm>

#include "cli/terminal_text.h"

namespace secondlook {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowestFlexible = 8;

}  // namespace

void Table::add(const std::vector<std::string>& cells) {
  std::vector<std::string> row(columns_.size());
  for (std::size_t i = 0; i < row.size() && i < cells.size(); ++i) row[i] = terminal_text(cells[i]);
  rows_.push_back(std::move(row));
}

// Natural widths; when too wide in all, the widest flexible column gives way a character at a time.
std::vector<std::size_t> Table::widths(std::size_t width) const {
  std::vector<std::size_t> natural;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = display_width(columns_[i].heading);
    for (const auto& row : rows_) widest = std::max(widest, display_width(row[i]));
    natural.push_back(widest);
  }
  if (width == 0) return natural;
  std::size_t total = kGap * (columns_.size() - 1);
  for (const std::size_t column : natural) total += column;
  while (total > width) {
    std::size_t* widest = nullptr;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].flexible && natural[i] > kNarrowestFlexible &&
          (widest == nullptr || natural[i] > *widest))
        widest = &natural[i];
    if (widest == nullptr) break;
    --*widest;
    --total;
  }
  return natural;
}

void Table::print_row(std::ostream& out, const std::vector<std::string>& cells,
                      const std::vector<std::size_t>& widths) const {
  std::string line;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string cell = columns_[i].flexible ? fit_to_width(cells[i], widths[i]) : cells[i];
    const std::size_t used = display_width(cell);
    const std::string padding(used < widths[i] ? widths[i] - used : 0, ' ');
    if (i > 0) line += std::string(kGap, ' ');
    line += columns_[i].align_right ? padding + cell : cell + padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

void Table::print(std::ostream& out, std::size_t width) const {
  const std::vector<std::size_t> fitted = widths(width);
  std::vector<std::string> headings;
  for (const Column& column : columns_) headings.push_back(column.heading);
  print_row(out, headings, fitted);
  for (const auto& row : rows_) print_row(out, row, fitted);
}

}  // namespace secondlook
