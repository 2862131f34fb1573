#include "analyzer/message/calendar_text.h"

#include <algorithm>

namespace secondlook {
namespace {

constexpr std::size_t kMostParameters = 50;

std::string in_upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return upper;
}

// Where a parameter's value ends: at a ; or : outside quotes.
std::size_t end_of_value(std::string_view line, std::size_t at) {
  bool quoted = false;
  for (; at < line.size(); ++at) {
    if (line[at] == '"') quoted = !quoted;
    if (!quoted && (line[at] == ';' || line[at] == ':')) return at;
  }
  return line.size();
}

std::string without_quotes(std::string_view value) {
  std::string plain(value);
  std::erase(plain, '"');
  return plain;
}

}  // namespace

std::string unfold_calendar(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    std::string_view line = bytes.substr(at, end - at);
    at = end + 1;
    const bool is_folded = at < bytes.size() && (bytes[at] == ' ' || bytes[at] == '\t');
    if (is_folded) {
      if (line.ends_with('\r')) line.remove_suffix(1);
      ++at;
    }
    text += line;
    if (!is_folded && end < bytes.size()) text += '\n';
  }
  return text;
}

std::string unescape_calendar_text(std::string_view value) {
  std::string text;
  text.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char next = value[i] == '\\' && i + 1 < value.size() ? value[i + 1] : '\0';
    const bool is_escape = next == '\\' || next == ';' || next == ',';
    const bool ends_line = next == 'n' || next == 'N';
    text += ends_line ? '\n' : is_escape ? next : value[i];
    if (is_escape || ends_line) ++i;
  }
  return text;
}

std::string_view CalendarLine::parameter(std::string_view wanted) const {
  for (const auto& [held, text] : parameters)
    if (held == wanted) return text;
  return {};
}

CalendarLine parse_calendar_line(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  CalendarLine result;
  std::size_t at = line.find_first_of(";:");
  if (at == line.npos) return result;
  std::string_view name = line.substr(0, at);
  name.remove_prefix(std::min(name.rfind('.') + 1, name.size()));
  while (at < line.size() && line[at] == ';') {
    const std::size_t from = at + 1;
    at = end_of_value(line, from);
    const std::string_view parameter = line.substr(from, at - from);
    const std::size_t equals = parameter.find('=');
    if (equals != parameter.npos && result.parameters.size() < kMostParameters)
      result.parameters.emplace_back(in_upper_case(parameter.substr(0, equals)),
                                     without_quotes(parameter.substr(equals + 1)));
  }
  if (at >= line.size()) {
    result.parameters.clear();
    return result;
  }
  result.name = in_upper_case(name);
  result.value = line.substr(at + 1);
  return result;
}

}  // namespace secondlook
