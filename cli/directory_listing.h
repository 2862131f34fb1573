// How `directory show` prints what the service tells of addresses: a table for people, a line of
// JSON or CSV each for programs.
#pragma once

#include <cstddef>
#include <string_view>

#include "cli/console.h"
#include "cli/table.h"

namespace secondlook {

class DirectoryListing {
 public:
  enum class Form { table, json, csv };

  // The CSV's heading is printed at once. The console must outlive it.
  DirectoryListing(const Console& console, Form form);

  // One `item` of directory_show. JSON and CSV are printed as they come, the table at the end.
  void add(std::string_view item);
  void finish();
  std::size_t size() const { return size_; }

 private:
  const Console& console_;
  const Form form_;
  Table table_;
  std::size_t size_ = 0;
};

}  // namespace secondlook
