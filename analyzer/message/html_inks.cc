#include "analyzer/message/html_inks.h"

#include <algorithm>
#include <utility>

#include "analyzer/message/ascii.h"
#include "analyzer/message/html_entities.h"

namespace secondlook {
namespace {

// The number that the text begins with, at most 99.
std::optional<int> leading_number(std::string_view text) {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < text.size() && is_digit(text[i]); ++i)
    number = std::min(number * 10 + (text[i] - '0'), 99);
  return number;
}

std::string without_important(std::string_view value) {
  std::string lower = to_ascii_lower(trim(value));
  const std::size_t mark = lower.find('!');
  if (mark != std::string::npos && trim(std::string_view(lower).substr(mark + 1)) == "important")
    lower = trim(std::string_view(lower).substr(0, mark));
  return lower;
}

// "url(x) no-repeat, #fff": the first colour of the last layer. Quotes and parentheses hide commas
// and blanks.
std::optional<std::uint32_t> color_of_background(std::string_view value) {
  std::vector<std::string> words(1);
  std::size_t layer = 0;
  int depth = 0;
  char quote = 0;
  for (const char c : value) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (depth <= 0 && (c == ' ' || c == ',')) {
      words.emplace_back();
      if (c == ',') layer = words.size() - 1;
      continue;
    }
    words.back() += c;
  }
  for (std::size_t i = layer; i < words.size(); ++i) {
    if (const auto color = words[i].empty() ? std::nullopt : parse_color(words[i])) return color;
  }
  return std::nullopt;
}

}  // namespace

HtmlInks::HtmlInks() {
  open_.push_back({"", {}});
}

void HtmlInks::push(std::string name, const HtmlInk& ink) {
  if (open_.size() >= kDeepest) return;
  ++count_[name];
  open_.push_back({std::move(name), ink});
}

void HtmlInks::pop() {
  --count_[open_.back().name];
  open_.pop_back();
}

// A cell ends where the next begins.
void HtmlInks::close_cells(std::string_view name) {
  const auto found = count_.find(name);
  if (found == count_.end() || found->second == 0) return;
  while (open_.size() > 1) {
    const std::string& top = open_.back().name;
    if (top != "font" && top != "td" && !(name == "tr" && top == "tr")) break;
    pop();
  }
}

void HtmlInks::open(const HtmlToken& token) {
  if (!token.element.has(HtmlTrait::changes_ink)) return;
  const std::string name = token.name == "th" ? "td" : token.name;
  const HtmlAttribute* size = token.attribute("size");
  if (name == "basefont" && size != nullptr) {
    if (const auto number = leading_number(trim(size->value))) {
      base_size_ = *number;
      return;
    }
  }
  if (name == "td" || name == "tr") close_cells(name);
  HtmlInk ink = current();
  if (name == "big") ++ink.size;
  if (name == "small") --ink.size;
  for (const HtmlAttribute& attribute : token.attributes) read_attribute(token, attribute, ink);
  push(name, ink);
}

void HtmlInks::read_attribute(const HtmlToken& token, const HtmlAttribute& attribute,
                              HtmlInk& ink) {
  const std::string& element = token.name;
  const bool is_font = element == "font" || element == "basefont";
  const bool is_text =
      (element == "body" && attribute.name == "text") || (is_font && attribute.name == "color");
  const bool is_style = token.element.has(HtmlTrait::takes_style) && attribute.name == "style";
  const bool is_size = is_font && attribute.name == "size";
  if (!is_text && !is_style && !is_size) return;
  std::string value;
  append_unreferenced(value, attribute.value, ReferencePlace::attribute);
  if (is_text) ink.text = parse_color(value);
  if (is_style) read_style(value, ink);
  if (is_size) read_size(value, ink);
  largest_ = std::max(largest_, ink.size);
  if (ink.size <= largest_) smallest_ = std::min(smallest_, ink.size);
}

void HtmlInks::read_size(std::string_view size, HtmlInk& ink) {
  size = trim(size);
  const char sign = size.empty() ? ' ' : size.front();
  if (sign == '+' || sign == '-') {
    if (const auto step = leading_number(size.substr(1)))
      ink.size = base_size_ + (sign == '+' ? *step : -*step);
  } else if (const auto number = leading_number(size)) {
    ink.size = *number;
  }
}

void HtmlInks::read_style(std::string_view style, HtmlInk& ink) {
  bool clear_text = false, clear_background = false;
  while (!style.empty()) {
    const std::size_t end = std::min(style.find(';'), style.size());
    const std::string_view declaration = trim(style.substr(0, end));
    style.remove_prefix(std::min(end + 1, style.size()));
    const std::size_t colon = declaration.find(':');
    if (colon == declaration.npos) continue;
    const std::string property = to_ascii_lower(declaration.substr(0, colon));
    const std::string value = without_important(declaration.substr(colon + 1));
    if (value.empty() || value == "inherit") continue;
    if (property == "color") {
      clear_text = value == "transparent";
      if (!clear_text) ink.text = parse_color(value);
    } else if (property == "background-color") {
      clear_background = value == "transparent";
      if (!clear_background) ink.background = parse_color(value);
    } else if (property == "background") {
      if (const auto color = color_of_background(value)) ink.background = color;
    }
  }
  if (clear_background) ink.background = current().background;
  if (clear_text) ink.text = ink.background;
}

void HtmlInks::close(const HtmlToken& token) {
  const std::string_view name = token.name;
  if (!token.element.has(HtmlTrait::changes_ink) || name == "body") return;
  const std::string_view wanted = name == "th" ? "td" : name;
  const auto found = count_.find(wanted);
  if (found == count_.end() || found->second == 0) return;
  while (open_.back().name != wanted) pop();
  pop();
}

}  // namespace secondlook
