#include "tests/support/stand_in_tenant/web_target.h"

#include <algorithm>
#include <cctype>

namespace secondlook::stand_in {

namespace {

std::string decoded(std::string_view text, bool plus_is_space) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_escape = text[at] == '%' && at + 2 < text.size() &&
                           std::isxdigit(static_cast<unsigned char>(text[at + 1])) != 0 &&
                           std::isxdigit(static_cast<unsigned char>(text[at + 2])) != 0;
    if (is_escape) {
      result += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
      at += 2;
    } else {
      result += text[at] == '+' && plus_is_space ? ' ' : text[at];
    }
  }
  return result;
}

// Calls take(piece) for each non-empty piece between separators.
template <typename Take>
void split(std::string_view text, char separator, Take&& take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

std::string WebTarget::query_value(std::string_view name) const {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

WebTarget read_target(std::string_view target) {
  WebTarget result;
  const std::size_t mark = std::min(target.find('?'), target.size());
  split(target.substr(0, mark), '/',
        [&](std::string_view segment) { result.segments.push_back(decoded(segment, false)); });
  if (mark < target.size()) result.query = read_form(target.substr(mark + 1));
  return result;
}

std::map<std::string, std::string, std::less<>> read_form(std::string_view text) {
  std::map<std::string, std::string, std::less<>> form;
  split(text, '&', [&](std::string_view pair) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    form[decoded(pair.substr(0, equals), true)] = decoded(value, true);
  });
  return form;
}

bool read_equals_filter(std::string_view filter, std::string_view before, std::string_view after,
                        std::string& value) {
  const std::string start = std::string(before) + " eq '";
  const std::string end = "'" + std::string(after);
  if (!filter.starts_with(start) || !filter.ends_with(end)) return false;
  if (filter.size() < start.size() + end.size()) return false;
  value.clear();
  const std::string_view quoted =
      filter.substr(start.size(), filter.size() - start.size() - end.size());
  for (std::size_t at = 0; at < quoted.size(); ++at) {
    if (quoted[at] == '\'') {
      if (at + 1 >= quoted.size() || quoted[at + 1] != '\'') return false;
      ++at;
    }
    value += quoted[at];
  }
  return true;
}

}  // namespace secondlook::stand_in
