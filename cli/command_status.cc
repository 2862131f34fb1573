#include <chrono>
#include <thread>

#include "cli/commands.h"
#include "cli/status_report.h"
#include "cli/terminal_text.h"

namespace secondlook {
namespace {

constexpr std::chrono::seconds kRefresh{2};

constexpr std::string_view kHelp =
    "Usage: secondlook status [--json] [--watch]\n\n"
    "Mode, counters, lag, brake and processes. While the service is down it says what the\n"
    "database, the journal log and the process table still tell, and ends with 3.\n\n"
    "  --json    one object (with --watch one a line, every two seconds)\n"
    "  --watch   again and again until Ctrl-C\n\n"
    "Example:\n"
    "  secondlook status --json | jq .lag\n";

int show_once(const Invocation& invocation, const Configuration& configuration) {
  const Console& console = invocation.console;
  const StatusReport report = make_status_report(configuration);
  if (invocation.arguments.has("json"))
    console.out << json_text(report.json) << '\n';
  else
    print_status(console, report.json);
  console.out.flush();
  if (report.reachable) return exit_done;
  return unreachable(console, report.failure.message);
}

int run_status(const Invocation& invocation) {
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  int status = show_once(invocation, *configuration);
  while (invocation.arguments.has("watch") && invocation.console.out) {
    std::this_thread::sleep_for(kRefresh);
    if (invocation.console.out_is_terminal && !invocation.arguments.has("json"))
      invocation.console.out << "\x1b[H\x1b[2J";  // home, clear
    status = show_once(invocation, *configuration);
  }
  return status;
}

}  // namespace

Command status_command() {
  return {"status",
          "mode, counters, lag, brake, processes",
          kHelp,
          {{{"json"}, {"watch"}}, false, 0},
          &run_status};
}

}  // namespace secondlook
