#include "analyzer/command_line.h"

#include <charconv>

namespace secondlook {
namespace {

using Mode = AnalyzerCommand::Mode;

Result<void> read_top(const std::string& value, AnalyzerCommand& command) {
  const auto [end, problem] =
      std::from_chars(value.data(), value.data() + value.size(), command.top);
  if (problem == std::errc() && end == value.data() + value.size()) return {};
  return malformed("--top takes a number, not \"" + value + "\"");
}

Result<void> read_option(const std::vector<std::string>& arguments, std::size_t& at,
                         AnalyzerCommand& command) {
  const std::string& name = arguments[at++];
  if (name == "--json") {
    command.json = true;
    return {};
  }
  if (command.mode == Mode::check_cases && !name.starts_with("--")) {
    command.names.push_back(name);
    return {};
  }
  const bool is_for_check = name == "--cases" || name == "--top";
  if (name != "--config" && name != "--rules" &&
      !(is_for_check && command.mode == Mode::check_rules))
    return malformed("unknown argument " + name);
  if (at == arguments.size()) return malformed(name + " needs a value");
  const std::string& value = arguments[at++];
  if (name == "--top") return read_top(value, command);
  if (name == "--config")
    command.config = value;
  else if (name == "--cases")
    command.cases = value;
  else
    command.rules.push_back(value);
  return {};
}

Result<Mode> read_mode(const std::vector<std::string>& arguments, std::size_t& at) {
  if (arguments.empty() || arguments[0].starts_with("--")) return Mode::serve;
  const std::string& word = arguments[at++];
  if (word == "scan") return Mode::scan;
  if (word != "rules") return malformed("unknown command " + word);
  const std::string what = at < arguments.size() ? arguments[at++] : "";
  if (what == "check") return Mode::check_rules;
  if (what == "list") return Mode::list_rules;
  if (what == "cases") return Mode::check_cases;
  return malformed("rules check, rules list or rules cases");
}

}  // namespace

Result<AnalyzerCommand> parse_command_line(const std::vector<std::string>& arguments) {
  AnalyzerCommand command;
  std::size_t at = 0;
  const auto mode = read_mode(arguments, at);
  if (!mode) return mode.error();
  command.mode = *mode;
  while (at < arguments.size())
    if (auto read = read_option(arguments, at, command); !read) return read.error();
  return command;
}

}  // namespace secondlook
