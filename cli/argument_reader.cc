#include "cli/argument_reader.h"

#include <algorithm>
#include <charconv>

#include "schema/near_name.h"

namespace secondlook {
namespace {

const OptionRule* find_option(const ArgumentRules& rules, std::string_view name) {
  static constexpr OptionRule kHelp{"help"};
  if (name == "help") return &kHelp;
  for (const OptionRule& option : rules.options)
    if (option.name == name) return &option;
  return nullptr;
}

Error unknown_option(const ArgumentRules& rules, std::string_view name) {
  std::vector<std::string_view> names = {"help"};
  for (const OptionRule& option : rules.options) names.push_back(option.name);
  std::string message = "unknown option --" + std::string(name);
  if (const auto near = nearest_name(name, names); !near.empty())
    message += "; did you mean --" + std::string(near) + "?";
  return malformed(message);
}

}  // namespace

std::string Arguments::value(std::string_view option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? "" : found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? std::vector<std::string>() : found->second;
}

Result<std::uint64_t> Arguments::number(std::string_view option, std::uint64_t fallback) const {
  if (!has(option)) return fallback;
  if (const auto number = parse_number(value(option))) return *number;
  return malformed("--" + std::string(option) + " needs a whole number, not \"" + value(option) +
                   "\"");
}

Result<Arguments> read_arguments(const std::vector<std::string>& arguments,
                                 const ArgumentRules& rules) {
  Arguments read;
  bool only_words = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!only_words && argument == "--") {
      only_words = true;
      continue;
    }
    const bool is_option = !only_words && (argument.starts_with("--") || argument == "-h");
    if (!is_option) {
      if (!only_words && argument.size() > 1 && argument.front() == '-' &&
          !rules.words_may_be_negated)
        return malformed("unknown option " + argument +
                         "; a word that begins with - goes after --");
      if (read.words_.size() == rules.most_words)
        return malformed("unexpected word \"" + argument + "\"");
      read.words_.push_back(argument);
      continue;
    }
    const std::size_t equals = argument.find('=');
    const std::string name =
        argument == "-h" ? "help"
                         : argument.substr(2, equals == std::string::npos ? equals : equals - 2);
    const OptionRule* option = find_option(rules, name);
    if (option == nullptr) return unknown_option(rules, name);
    if (!option->takes_value && equals != std::string::npos)
      return malformed("--" + name + " takes no value");
    if (read.options_.contains(name) && !option->repeatable)
      return malformed("--" + name + " stands twice");
    std::string value;
    if (option->takes_value && equals != std::string::npos) {
      value = argument.substr(equals + 1);
    } else if (option->takes_value) {
      if (i + 1 == arguments.size()) return malformed("--" + name + " needs a value");
      value = arguments[++i];
    }
    read.options_[name].push_back(std::move(value));
  }
  return read;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

}  // namespace secondlook
