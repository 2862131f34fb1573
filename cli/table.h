// A table for people: columns aligned, cut to the terminal's width, every cell made safe.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

struct Column {
  std::string heading;
  bool flexible = false;     // gives way when the table is too wide; others are never cut
  bool align_right = false;  // numbers
};

// Collects rows and prints them together, since widths depend on all of them: for lists a person
// reads (hundreds), not for streams.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns; fewer are filled up empty. Cells may hold hostile text.
  void add(const std::vector<std::string>& cells);
  bool empty() const { return rows_.empty(); }

  // width: columns of the terminal; 0 prints without cutting (files, pipes).
  void print(std::ostream& out, std::size_t width) const;

 private:
  std::vector<std::size_t> widths(std::size_t width) const;
  void print_row(std::ostream& out, const std::vector<std::string>& cells,
                 const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace secondlook
