#include "analyzer/message/header_block.h"

#include <cstring>

namespace secondlook {

Line line_at(std::string_view bytes, std::size_t at) {
  const char* start = bytes.data() + at;
  const auto* end = static_cast<const char*>(std::memchr(start, '\n', bytes.size() - at));
  if (end == nullptr) return {bytes.substr(at), bytes.size()};
  std::size_t length = static_cast<std::size_t>(end - start);
  const std::size_t next = at + length + 1;
  if (length > 0 && start[length - 1] == '\r') --length;
  return {{start, length}, next};
}

std::string_view field_name_of(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  std::string_view name = line.substr(0, colon);
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.remove_suffix(1);
  return name.find_first_of(" \t") == std::string_view::npos ? name : std::string_view();
}

}  // namespace secondlook
