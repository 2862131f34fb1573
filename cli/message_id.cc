#include "cli/message_id.h"

#include <algorithm>
#include <array>

#include "schema/near_name.h"
#include "schema/store/search_text.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongest = 998;
constexpr std::size_t kTelling = 8;  // a beginning of so many letters says something

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
}

bool take_quotes(std::string& text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kQuotes = {
      std::pair("'", "'"), std::pair("\"", "\""), std::pair("`", "`"),
      std::pair("\u201c", "\u201d"), std::pair("\u2018", "\u2019")};
  for (const auto& [open, close] : kQuotes) {
    if (text.size() < open.size() + close.size() || !text.starts_with(open) ||
        !text.ends_with(close))
      continue;
    text = trimmed(
        std::string_view(text).substr(open.size(), text.size() - open.size() - close.size()));
    return true;
  }
  return false;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text.substr(0, 2 * kLongest);
}

std::string unescaped(std::string text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kEscapes = {
      std::pair("&lt;", "<"), std::pair("&gt;", ">"), std::pair("%3C", "<"),
      std::pair("%3c", "<"),  std::pair("%3E", ">"),  std::pair("%3e", ">"),
      std::pair("%40", "@"),  std::pair("\\<", "<"),  std::pair("\\>", ">")};
  for (const auto& [from, to] : kEscapes) replace_all(text, from, to);
  return text;
}

void add(std::vector<std::string>& candidates, std::string text) {
  if (text.empty() || text.size() > kLongest) return;
  if (std::ranges::find(candidates, text) == candidates.end())
    candidates.push_back(std::move(text));
}

// As it is, with brackets, without them.
void add_forms(std::vector<std::string>& candidates, const std::string& text) {
  if (text.empty()) return;
  const bool has_brackets = text.size() > 2 && text.front() == '<' && text.back() == '>';
  add(candidates, text);
  if (has_brackets) return add(candidates, text.substr(1, text.size() - 2));
  add(candidates, "<" + text + ">");
  // One bracket was lost on the way.
  const bool opens = text.starts_with('<'), closes = text.ends_with('>');
  if (opens != closes) {
    const std::string bare = opens ? text.substr(1) : text.substr(0, text.size() - 1);
    add(candidates, "<" + bare + ">");
    add(candidates, bare);
  }
}

std::string bare(std::string_view id) {
  if (id.starts_with('<')) id.remove_prefix(1);
  if (id.ends_with('>')) id.remove_suffix(1);
  return lower_ascii(id);
}

}  // namespace

std::vector<std::string> message_id_candidates(const std::vector<std::string>& words) {
  std::vector<std::string> candidates;
  std::string text = trimmed(joined(words));
  if (lower_ascii(text.substr(0, 11)) == "message-id:") text = trimmed(text.substr(11));
  add_forms(candidates, text);
  std::string plain = unescaped(text);
  while (take_quotes(plain)) {
  }
  add_forms(candidates, trimmed(plain));
  return candidates;
}

bool is_near_message_id(std::string_view given, std::string_view known) {
  const std::string a = bare(given), b = bare(known);
  if (a.empty() || b.empty()) return false;
  const std::string& shorter = a.size() < b.size() ? a : b;
  const std::string& longer = a.size() < b.size() ? b : a;
  if (shorter.size() >= kTelling && longer.starts_with(shorter)) return true;
  const std::string left = a.substr(0, a.find('@'));
  if (left.size() >= kTelling && left == b.substr(0, b.find('@'))) return true;
  if (longer.size() - shorter.size() > 2 || longer.size() > 200) return false;
  return edit_distance(a, b) <= (shorter.size() >= kTelling ? 2U : 1U);
}

}  // namespace secondlook
