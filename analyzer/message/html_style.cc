#include "analyzer/message/html_style.h"

#include <algorithm>
#include <string>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

// "0", "0px", "0.0em", but not "0.5px" or "none".
bool is_zero(std::string_view value) {
  bool digit = false;
  for (const char c : value) {
    if (c >= '1' && c <= '9') return false;
    if (c != '0' && c != '.') break;
    digit = digit || c == '0';
  }
  return digit;
}

// A size that a zero size around it keeps at zero: relative ones and keywords like "inherit".
bool is_relative(std::string_view value) {
  return value.ends_with('%') || (value.ends_with("em") && !value.ends_with("rem")) ||
         value == "inherit" || value == "smaller" || value == "larger";
}

void apply(std::string_view name, std::string_view value, StyleFacts& facts, bool& no_height,
           bool& clipped) {
  if (name == "display") facts.hidden = facts.hidden || value.starts_with("none");
  if (name == "visibility") facts.hidden = facts.hidden || value.starts_with("hidden");
  if (name == "opacity") facts.hidden = facts.hidden || is_zero(value);
  if (name == "mso-hide") facts.hidden = facts.hidden || value.starts_with("all");
  if (name == "max-height" || name == "height") no_height = no_height || is_zero(value);
  if (name == "overflow") clipped = clipped || value.starts_with("hidden");
  if (name == "font-size") {
    if (is_zero(value))
      facts.font_size = StyleFacts::FontSize::zero;
    else if (!is_relative(value))
      facts.font_size = StyleFacts::FontSize::shown;
  }
}

}  // namespace

StyleFacts read_style(std::string_view style) {
  StyleFacts facts;
  bool no_height = false, clipped = false;
  for (std::size_t at = 0; at < style.size();) {
    const std::size_t end = std::min(style.find(';', at), style.size());
    const std::string_view declaration = style.substr(at, end - at);
    const std::size_t colon = declaration.find(':');
    if (colon != std::string_view::npos) {
      std::string value = to_ascii_lower(trim(declaration.substr(colon + 1)));
      value.resize(std::min(value.find('!'), value.size()));
      apply(to_ascii_lower(trim(declaration.substr(0, colon))), trim(value), facts, no_height,
            clipped);
    }
    at = end + 1;
  }
  facts.hidden = facts.hidden || (no_height && clipped);
  return facts;
}

}  // namespace secondlook
