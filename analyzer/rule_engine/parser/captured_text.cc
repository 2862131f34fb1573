#include "analyzer/rule_engine/parser/captured_text.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace secondlook {
namespace {

constexpr std::string_view kOpening = "%{";

bool is_capital(char byte) {
  return byte >= 'A' && byte <= 'Z';
}

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool is_word(char byte) {
  return is_capital(byte) || is_digit(byte) || (byte >= 'a' && byte <= 'z') || byte == '_';
}

// A "]" that ends no class is passed over, as one that begins a class is part of it.
bool is_inside_class(std::string_view expression, std::size_t at) {
  bool inside = false;
  for (std::size_t i = 0; i < at; ++i) {
    if (expression[i] == '\\') {
      ++i;
    } else if (!inside && expression[i] == '[') {
      inside = true;
      if (expression.substr(i + 1, 1) == "^") ++i;
      if (expression.substr(i + 1, 1) == "]") ++i;
    } else if (expression[i] == ']') {
      inside = false;
    }
  }
  return inside;
}

// Expressions in which a place could be skipped in ways that are not followed here: verbs, quoting,
// and comments of extended patterns.
bool is_plain(std::string_view expression) {
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] == '\\') {
      if (expression.substr(i, 2) == "\\Q") return false;
      ++i;
    } else if (expression[i] == '#' || expression.substr(i, 2) == "(*") {
      return false;
    }
  }
  return true;
}

// Which bytes of the expression stand in a group; nothing where alternatives stand in none.
std::optional<std::vector<bool>> bytes_in_groups(std::string_view expression) {
  std::vector<bool> in_group(expression.size());
  std::size_t depth = 0;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    in_group[i] = depth > 0;
    if (expression[i] == '\\') {
      if (++i < expression.size()) in_group[i] = depth > 0;
    } else if (is_inside_class(expression, i)) {
      continue;
    } else if (expression[i] == '(') {
      ++depth;
    } else if (expression[i] == ')') {
      depth -= depth > 0 ? 1 : 0;
    } else if (expression[i] == '|' && depth == 0) {
      return std::nullopt;
    }
  }
  return in_group;
}

void mark_needed(std::string_view expression, std::vector<TextPlace>& places) {
  if (places.empty() || !is_plain(expression)) return;
  const auto in_group = bytes_in_groups(expression);
  if (!in_group) return;
  for (TextPlace& place : places) {
    // Blanks mean nothing in extended patterns.
    const std::size_t behind = expression.find_first_not_of(" \t\n\r\f\v", place.end);
    const bool is_optional =
        behind != expression.npos &&
        std::string_view("?*{").find(expression[behind]) != std::string_view::npos;
    place.is_needed = !(*in_group)[place.begin] && !is_optional;
  }
}

// Every byte that could mean something is escaped; what is no ASCII stands for itself.
std::string quoted(std::string_view text) {
  std::string pattern;
  for (const char byte : text) {
    const bool is_ascii = static_cast<unsigned char>(byte) < 0x80;
    if (byte == '\0') {
      pattern += "\\x00";
    } else {
      if (is_ascii && !is_word(byte)) pattern += '\\';
      pattern += byte;
    }
  }
  return pattern;
}

std::string replaced(std::string_view expression, const std::vector<TextPlace>& places,
                     const std::function<std::string(std::size_t place)>& by) {
  std::string text;
  std::size_t copied = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    text += expression.substr(copied, places[i].begin - copied);
    text += by(i);
    copied = places[i].end;
  }
  text += expression.substr(copied);
  return text;
}

}  // namespace

bool is_captured_name(std::string_view name) {
  if (name.empty() || !is_capital(name.front()) || name.back() == '_') return false;
  return name.find("__") == name.npos && std::all_of(name.begin(), name.end(), [](char byte) {
           return is_capital(byte) || is_digit(byte) || byte == '_';
         });
}

Parsed<std::vector<TextPlace>> find_text_places(std::string_view expression) {
  std::vector<TextPlace> places;
  for (std::size_t at = expression.find(kOpening); at != expression.npos;
       at = expression.find(kOpening, at + 1)) {
    const std::size_t close = expression.find('}', at);
    if (close == expression.npos) break;
    if (at > 0 && expression[at - 1] == '\\') continue;
    const std::string_view inside = expression.substr(at + 2, close - at - 2);
    const std::string_view name = inside.substr(0, inside.find('('));
    if (!is_captured_name(name)) continue;
    const std::string written(expression.substr(at, close + 1 - at));
    if (name.size() < inside.size()) {
      if (!inside.ends_with(')')) continue;
      return Mistake{at, "asks for SpamAssassin's tag " + written, true};
    }
    if (is_inside_class(expression, at)) return Mistake{at, written + " inside [ ]", true};
    places.push_back({at, close + 1, std::string(name)});
  }
  mark_needed(expression, places);
  return places;
}

std::string with_samples(std::string_view expression, const std::vector<TextPlace>& places) {
  return replaced(expression, places, [&](std::size_t i) {
    return "(?:" + std::string(places[i].end - places[i].begin - 4, 'x') + ")";
  });
}

std::string with_anything(std::string_view expression, const std::vector<TextPlace>& places) {
  const std::string anything = "[\\s\\S]{1," + std::to_string(kLongestCapturedText) + "}";
  return replaced(expression, places, [&](std::size_t) { return "(?:" + anything + ")"; });
}

std::string with_texts(std::string_view expression, const std::vector<TextPlace>& places,
                       const std::vector<const std::vector<std::string>*>& texts) {
  return replaced(expression, places, [&](std::size_t i) {
    std::string group;
    for (const std::string& text : *texts[i]) group += (group.empty() ? "(?:" : "|") + quoted(text);
    return group + ")";
  });
}

}  // namespace secondlook
