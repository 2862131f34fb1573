#include "schema/directory_rule.h"

#include <algorithm>
#include <charconv>

namespace secondlook {
namespace {

constexpr std::size_t kLongestRule = 1000;

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return lowered;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// `pattern` may hold *; both are in lower case.
bool fits(std::string_view text, std::string_view pattern) {
  std::size_t at = 0, next = 0, star = pattern.npos, retry = 0;
  while (at < text.size()) {
    if (next < pattern.size() && pattern[next] == '*') {
      star = next++;
      retry = at;
    } else if (next < pattern.size() && pattern[next] == text[at]) {
      ++next;
      ++at;
    } else if (star != pattern.npos) {
      next = star + 1;
      at = ++retry;
    } else {
      return false;
    }
  }
  while (next < pattern.size() && pattern[next] == '*') ++next;
  return next == pattern.size();
}

// Takes the value and the " and " behind it off `rest`.
Result<std::string> take_value(std::string_view& rest) {
  rest = trimmed(rest);
  std::string value;
  if (rest.starts_with('\'')) {
    const std::size_t end = rest.find('\'', 1);
    if (end == rest.npos) return malformed("a ' without its second one");
    value = lower_case(rest.substr(1, end - 1));
    rest = trimmed(rest.substr(end + 1));
    if (rest.empty()) return value;
    if (!rest.starts_with("and ")) return malformed("\"and\" is expected behind '" + value + "'");
    rest.remove_prefix(4);
    return value;
  }
  const std::size_t end = std::min(rest.find(" and "), rest.size());
  value = lower_case(trimmed(rest.substr(0, end)));
  if (value.empty()) return malformed("a value is missing; the empty one is written ''");
  rest.remove_prefix(std::min(end + 5, rest.size()));
  return value;
}

Result<int> read_subject(std::string_view name) {
  if (name == "group") return 0;
  constexpr std::string_view kAttribute = "attribute";
  int number = 0;
  if (name.starts_with(kAttribute)) {
    const std::string_view digits = name.substr(kAttribute.size());
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) number = 0;
  }
  if (number < 1 || number > 15)
    return malformed("\"" + std::string(name) + "\": attribute1 to attribute15, or group");
  return number;
}

Result<DirectoryRule::Condition> take_condition(std::string_view& rest) {
  const std::size_t equals = rest.find('=');
  if (equals == rest.npos)
    return malformed("\"" + std::string(trimmed(rest)) +
                     "\": a condition is \"attribute7 = value\" or \"group = address\"");
  DirectoryRule::Condition condition;
  std::string_view name = rest.substr(0, equals);
  condition.is_negated = name.ends_with('!');
  if (condition.is_negated) name.remove_suffix(1);
  const auto subject = read_subject(trimmed(name));
  if (!subject) return subject.error();
  condition.attribute = *subject;
  rest.remove_prefix(equals + 1);
  auto value = take_value(rest);
  if (!value) return value.error();
  condition.value = std::move(*value);
  if (condition.attribute == 0 && condition.value.find('*') != std::string::npos)
    return malformed("a group is named whole, without *");
  return condition;
}

}  // namespace

Result<DirectoryRule> parse_directory_rule(std::string_view text) {
  if (text.size() > kLongestRule) return malformed("a rule of more than 1000 bytes");
  DirectoryRule rule;
  rule.text = text;
  std::string_view rest = trimmed(text);
  do {
    auto condition = take_condition(rest);
    if (!condition) return condition.error();
    rule.conditions.push_back(std::move(*condition));
  } while (!trimmed(rest).empty());
  return rule;
}

bool is_met(const DirectoryRule& rule, const RuleSubject& subject) {
  return std::all_of(rule.conditions.begin(), rule.conditions.end(), [&](const auto& condition) {
    if (condition.attribute == 0) {
      const auto found = std::find(subject.groups.begin(), subject.groups.end(), condition.value);
      return (found != subject.groups.end()) != condition.is_negated;
    }
    const std::string& attribute =
        subject.attributes[static_cast<std::size_t>(condition.attribute) - 1];
    return fits(lower_case(attribute), condition.value) != condition.is_negated;
  });
}

bool names_group(const std::vector<DirectoryRule>& rules) {
  return std::any_of(rules.begin(), rules.end(), [](const DirectoryRule& rule) {
    return std::any_of(rule.conditions.begin(), rule.conditions.end(),
                       [](const auto& condition) { return condition.attribute == 0; });
  });
}

}  // namespace secondlook
