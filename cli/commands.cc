#include "cli/commands.h"

#include <algorithm>
#include <exception>

#include "cli/terminal_text.h"
#include "schema/near_name.h"

namespace secondlook {
namespace {

void print_overview(const Console& console, const std::vector<Command>& commands) {
  console.out << "secondlook: removes malicious mail from Microsoft 365 after delivery\n\n"
                 "Usage: secondlook [--config FILE] COMMAND [ARGUMENTS]\n\n";
  for (const Command& command : commands) {
    const std::size_t padding = 12 - std::min<std::size_t>(command.name.size(), 11);
    console.out << "  " << command.name << std::string(padding, ' ') << command.summary << '\n';
  }
  console.out << "\n`secondlook COMMAND --help` explains a command with an example.\n"
                 "Configuration: --config, else SECONDLOOK_CONFIG, else "
                 "/etc/secondlook/secondlook.toml.\n"
                 "Exit status: 0 done, 1 findings or failures, 2 bad usage or configuration,\n"
                 "3 the service cannot be reached.\n";
}

int unknown_command(const Console& console, const std::string& name,
                    const std::vector<Command>& commands) {
  std::vector<std::string_view> names;
  for (const Command& command : commands) names.push_back(command.name);
  std::string message = "unknown command \"" + name + "\"";
  if (const auto near = nearest_name(name, names); !near.empty())
    message += "; did you mean " + std::string(near) + "?";
  return usage_error(console, message + "\n`secondlook --help` lists the commands");
}

int run_one(const Command& command, const std::vector<std::string>& words, const Console& console,
            const Clock& clock, const std::string& configuration_path) {
  const auto arguments = read_arguments(words, command.arguments);
  if (!arguments)
    return usage_error(console, std::string(command.name) + ": " + arguments.error().message +
                                    "\n`secondlook " + std::string(command.name) +
                                    " --help` explains it");
  if (arguments->has("help")) {
    console.out << command.help;
    return exit_done;
  }
  return command.run({*arguments, console, clock, configuration_path});
}

// What comes before the command; `words` keeps the command and the rest.
Result<std::string> take_configuration_path(std::vector<std::string>& words) {
  std::string path;
  while (!words.empty() && words.front().starts_with("--config")) {
    if (words.front().starts_with("--config=")) {
      path = words.front().substr(9);
      words.erase(words.begin());
    } else if (words.front() == "--config" && words.size() > 1) {
      path = words[1];
      words.erase(words.begin(), words.begin() + 2);
    } else {
      return malformed("--config needs a file");
    }
    if (path.empty()) return malformed("--config needs a file");
  }
  return path;
}

}  // namespace

Result<std::optional<Timestamp>> time_option(const Invocation& invocation, std::string_view name) {
  using Answer = std::optional<Timestamp>;
  if (!invocation.arguments.has(name)) return Answer();
  const std::string value = invocation.arguments.value(name);
  if (const auto time = parse_rfc3339(value)) return Answer(*time);
  if (const auto age = parse_duration(value)) return Answer(invocation.clock.now() - *age);
  return malformed("--" + std::string(name) + ": \"" + value +
                   "\" is no time (2026-11-22, 2026-11-22T13:00:00Z, or an age: 30m, 2h, 7d)");
}

std::vector<Command> all_commands() {
  return {serve_command(),
          scan_command(),
          search_command(),
          show_command(),
          retract_command(),
          restore_command(),
          approve_command(),
          resume_command(),
          status_command(),
          rules_command(),
          log_command(),
          import_command(),
          directory_command(),
          lists_command(),
          history_command(),
          alerts_command(),
          audit_command(),
          doctor_command(),
          setup_command(),
          explain_command(),
          report_command(),
          backup_command(),
          restore_backup_command(),
          version_command()};
}

int run_command_line(const std::vector<std::string>& arguments, const Console& console,
                     const Clock& clock, const std::vector<Command>& commands) try {
  std::vector<std::string> words = arguments;
  const auto configuration_path = take_configuration_path(words);
  if (!configuration_path) return report_error(console, configuration_path.error());
  if (words.empty()) {
    print_overview(console, commands);
    return exit_usage;
  }
  const std::string name = words.front();
  words.erase(words.begin());
  if (name == "--help" || name == "-h" || name == "help") {
    print_overview(console, commands);
    return exit_done;
  }
  const std::string sought = name == "--version" ? "version" : name;
  const auto command = std::find_if(commands.begin(), commands.end(),
                                    [&](const Command& one) { return one.name == sought; });
  if (command == commands.end()) return unknown_command(console, name, commands);
  const int status = run_one(*command, words, console, clock, *configuration_path);
  console.out.flush();
  if (!console.out) return failure(console, "standard output cannot be written");
  return status;
} catch (const std::exception& exception) {
  return failure(console, std::string("internal error: ") + exception.what());
}

Result<Configuration> configuration_of(const Invocation& invocation) {
  auto configuration = find_configuration(invocation.configuration_path);
  // A file that is not there is as much the caller's mistake as one that is wrong.
  if (!configuration) usage_error(invocation.console, configuration.error().message);
  return configuration;
}

Result<std::unique_ptr<Store>> open_detections(const Console& console,
                                               const Configuration& configuration) {
  auto store = Store::open_read_only(configuration.paths.database);
  if (!store)
    unreachable(console,
                "the database cannot be read (has `secondlook serve` run with this "
                "configuration?): " +
                    store.error().message);
  return store;
}

}  // namespace secondlook
