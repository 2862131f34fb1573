// The commands of the operator's tool: one source file each, one line in the list.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cli/argument_reader.h"
#include "cli/console.h"
#include "schema/configuration.h"
#include "schema/store/store.h"

namespace secondlook {

// What a command is handed. References outlive the run.
struct Invocation {
  const Arguments& arguments;
  const Console& console;
  const Clock& clock;
  const std::string& configuration_path;  // --config; empty: SECONDLOOK_CONFIG or the default place
};

// A time that an option gives: RFC 3339, a day, or an age back from now. malformed says what is
// possible.
Result<std::optional<Timestamp>> time_option(const Invocation& invocation, std::string_view name);

struct Command {
  std::string_view name;
  std::string_view summary;  // one line of `secondlook --help`
  std::string_view help;     // `secondlook NAME --help`: usage, options, an example
  ArgumentRules arguments;
  int (*run)(const Invocation&);  // an ExitStatus
};

Command serve_command();
Command scan_command();
Command search_command();
Command show_command();
Command retract_command();
Command restore_command();
Command resume_command();
Command status_command();
Command rules_command();
Command log_command();
Command import_command();
Command directory_command();
Command lists_command();
Command history_command();
Command alerts_command();
Command audit_command();
Command explain_command();
Command report_command();
Command approve_command();
Command doctor_command();
Command setup_command();
Command backup_command();
Command restore_backup_command();
Command version_command();

// In the order of `secondlook --help`. Those that are not built yet answer "not yet" with exit 2.
std::vector<Command> all_commands();

// Reads [--config FILE] COMMAND ..., runs it, gives the exit status. Never throws.
int run_command_line(const std::vector<std::string>& arguments, const Console& console,
                     const Clock& clock, const std::vector<Command>& commands);

// For commands: the configuration, or the complaint already printed (then the status is 2).
Result<Configuration> configuration_of(const Invocation& invocation);

// The database for reading, or the complaint already printed (then the status is 3).
Result<std::unique_ptr<Store>> open_detections(const Console& console,
                                               const Configuration& configuration);

}  // namespace secondlook
