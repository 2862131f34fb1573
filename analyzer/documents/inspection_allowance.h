// What looking into one mail's files may still cost. Files are looked into one after the other;
// each leaves what it did not use to the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

namespace secondlook {

struct InspectionAllowance {
  // Pictures of the size of icons are not counted: newsletters hold many.
  std::size_t pictures = 100;
  // As they stand in their files. Ten photos of a telephone have 120 million.
  std::uint64_t pixels = 256'000'000;
  int files_in_files = 2;               // how deep documents may lie in documents
  std::set<std::string> seen_pictures;  // SHA-256: each is looked at once
};

}  // namespace secondlook
