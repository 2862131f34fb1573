#include "analyzer/rule_engine/patterns/shared_groups.h"

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace secondlook {
namespace {

constexpr std::size_t kShortestGroup = 48;
constexpr int kMostRounds = 200;

struct Group {
  std::size_t begin = 0, end = 0;  // with its parentheses
  bool may_move = false;           // holds nothing but plain groups
};

// Behind the class or escape at `at`, or the next byte.
std::size_t behind_atom(std::string_view text, std::size_t at) {
  if (text[at] == '\\') return at + 2;
  if (text[at] != '[') return at + 1;
  ++at;
  if (at < text.size() && text[at] == '^') ++at;
  if (at < text.size() && text[at] == ']') ++at;
  while (at < text.size() && text[at] != ']') {
    if (text.substr(at).starts_with("[:")) {
      const std::size_t end = text.find(":]", at);
      at = end == text.npos ? at : end + 1;
    } else if (text[at] == '\\') {
      ++at;
    }
    ++at;
  }
  return at + 1;
}

bool is_plain_opening(std::string_view text, bool captures_count) {
  if (text.starts_with("(?:")) return true;
  return !captures_count && !text.starts_with("(?") && !text.starts_with("(*");
}

// Is what is captured asked for anywhere? Then a group that captures must stay where it is.
bool has_back_references(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); at = behind_atom(text, at)) {
    if (text[at] != '\\' || at + 1 >= text.size()) continue;
    if (std::string_view("123456789gk").find(text[at + 1]) != std::string_view::npos) return true;
  }
  return text.find("(?P=") != text.npos;
}

// Every group, inner ones before those around them; nothing when they do not balance, or when
// flags, conditions or calls stand among them.
std::optional<std::vector<Group>> groups_of(std::string_view text, bool captures_count) {
  std::vector<Group> groups, open;
  for (std::size_t at = 0; at < text.size(); at = behind_atom(text, at)) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("(")) {
      if (rest.size() < 3) return std::nullopt;
      const bool is_known = is_plain_opening(rest, captures_count) || rest[1] != '?' ||
                            std::string_view("=!<>#&").find(rest[2]) != rest.npos;
      if (!is_known || rest.starts_with("(*")) return std::nullopt;
      open.push_back({at, 0, is_plain_opening(rest, captures_count)});
    } else if (rest.starts_with(")")) {
      if (open.empty()) return std::nullopt;
      Group group = open.back();
      open.pop_back();
      group.end = at + 1;
      const bool is_call = text.substr(group.begin).starts_with("(?&");
      if (!group.may_move && !is_call && !open.empty()) open.back().may_move = false;
      groups.push_back(group);
    }
  }
  if (!open.empty()) return std::nullopt;
  return groups;
}

// The longest group that is worth a definition.
std::string group_to_share(std::string_view text, const std::vector<Group>& groups) {
  std::map<std::string_view, int> times;
  for (const Group& group : groups) {
    if (!group.may_move || group.end - group.begin < kShortestGroup) continue;
    const bool is_repeated = group.end < text.size() && text[group.end] == '{';
    times[text.substr(group.begin, group.end - group.begin)] += is_repeated ? 2 : 1;
  }
  std::string_view best;
  for (const auto& [group, number] : times) {
    if (number > 1 && group.size() > best.size()) best = group;
  }
  return std::string(best);
}

std::size_t replace_all(std::string& text, std::string_view what, std::string_view with) {
  std::size_t times = 0;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
    ++times;
  }
  return times;
}

}  // namespace

std::string with_shared_groups(std::string_view expression) {
  std::string text(expression), definitions;
  const bool captures_count = has_back_references(expression);
  for (int round = 0; round < kMostRounds; ++round) {
    // A definition may share what another one has: both stand in one text.
    const std::string all = text + definitions;
    const auto groups = groups_of(all, captures_count);
    if (!groups) return std::string(expression);
    const std::string group = group_to_share(all, *groups);
    if (group.empty()) break;
    const std::string name = "shared" + std::to_string(round);
    const std::string call = "(?&" + name + ")";
    replace_all(text, group, call);
    replace_all(definitions, group, call);
    definitions += "(?<" + name + ">" + group + ")";
  }
  if (definitions.empty()) return text;
  return text + "(?(DEFINE)" + definitions + ")";
}

}  // namespace secondlook
