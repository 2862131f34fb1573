// secondlook: the operator's tool, and with `serve` the supervisor of the service.
#include <ios>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/console.h"

int main(int count, char** values) {
  std::ios::sync_with_stdio(false);
  const std::vector<std::string> arguments(values + (count > 0 ? 1 : 0), values + count);
  const secondlook::SystemClock clock;
  const secondlook::Console console = secondlook::standard_console();
  return secondlook::run_command_line(arguments, console, clock, secondlook::all_commands());
}
