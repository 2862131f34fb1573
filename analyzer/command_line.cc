#include "analyzer/command_line.h"

namespace secondlook {
namespace {

using Mode = AnalyzerCommand::Mode;

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
  if (name != "--config" && name != "--rules") return malformed("unknown argument " + name);
  if (at == arguments.size()) return malformed(name + " needs a path");
  if (name == "--config")
    command.config = arguments[at++];
  else
    command.rules.push_back(arguments[at++]);
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
