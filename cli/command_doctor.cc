#include "cli/child_process.h"
#include "cli/commands.h"
#include "cli/doctor.h"
#include "cli/terminal_text.h"

namespace secondlook {
namespace {

constexpr std::string_view kHelp =
    "Usage: secondlook doctor [--json]\n\n"
    "Looks whether everything is in its place: configuration, files, directories, processes,\n"
    "sockets, confinement, rules, malware database. Says what to do about what is not.\n"
    "Changes nothing. --probe MAILBOX, a try against a real mailbox, is not yet there.\n\n"
    "Exit status: 0 no problem (warnings there may be), 1 problems, 2 bad configuration.\n\n"
    "Example:\n"
    "  secondlook doctor\n";

Colour colour_of(Finding::State state) {
  switch (state) {
    case Finding::State::good: return Colour::green;
    case Finding::State::warning: return Colour::yellow;
    case Finding::State::problem: return Colour::red;
  }
  return Colour::none;
}

void print(const Console& console, const Finding& finding) {
  const std::string state(name_of(finding.state));
  console.out << console.coloured(colour_of(finding.state), state)
              << std::string(9 - std::min<std::size_t>(state.size(), 8), ' ')
              << terminal_text(finding.check) << ": " << terminal_text(finding.finding) << '\n';
  if (!finding.advice.empty())
    console.out << "         -> " << terminal_text(finding.advice) << '\n';
}

int run_doctor(const Invocation& invocation) {
  if (invocation.arguments.has("probe"))
    return usage_error(invocation.console, "doctor --probe: not yet");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  bool problems = false;
  for (const Finding& finding :
       examine(*configuration, sibling_executable("secondlook-analyzer"), invocation.clock.now())) {
    problems = problems || finding.state == Finding::State::problem;
    if (invocation.arguments.has("json"))
      invocation.console.out << json_text(to_json(finding)) << '\n';
    else
      print(invocation.console, finding);
  }
  return problems ? exit_findings : exit_done;
}

}  // namespace

Command doctor_command() {
  return {"doctor",
          "is everything in its place?",
          kHelp,
          {{{"probe", true}, {"json"}}, false, 0},
          &run_doctor};
}

}  // namespace secondlook
