#include "cli/child_process.h"
#include "cli/commands.h"
#include "cli/doctor.h"
#include "cli/doctor_domains.h"
#include "cli/doctor_probe.h"
#include "cli/terminal_text.h"

namespace secondlook {
namespace {

constexpr std::string_view kHelp =
    "Usage: secondlook doctor [--json]\n"
    "       secondlook doctor --domain [DOMAIN...] [--dns-server ADDRESS[:PORT]] [--json]\n"
    "       secondlook doctor --probe MAILBOX [--tenant NAME] [--yes] [--json]\n\n"
    "Looks whether everything is in its place, and says what to do about what is not:\n"
    "configuration, secrets, certificates and their chain, disk and how long a sync takes, clock,\n"
    "processes and confinement, the SMTP port and that it relays for nobody, Graph's permissions,\n"
    "directory, rules, malware signatures, silence of the journal, archive, backup. Changes "
    "nothing.\n"
    "Works without the service, without root and with a broken configuration, as far as it "
    "goes.\n\n"
    "  --domain      the DNS of domains instead (of all tenants where none is named): MX,\n"
    "                autodiscover, SPF with its look-ups, DKIM keys, DMARC, and the MX of the "
    "journal\n"
    "                address\n"
    "  --dns-server  whom to ask instead of /etc/resolv.conf's (IPv4)\n"
    "  --probe       a try against a real mailbox, through the service (group\n"
    "                secondlook-operators): creates a mail there, finds, moves, restores, deletes "
    "and\n"
    "                purges it, and says what the tenant does where Microsoft's documentation is\n"
    "                silent. Asks first, unless --yes. No protected mailbox can be probed.\n"
    "  --json        one object a line: state (good, warning, problem), check, finding, advice; "
    "with\n"
    "                --probe: question, answer (pass, differs, unknown), expected, observed\n\n"
    "Exit status: 0 no problem (warnings there may be), 1 problems, 2 bad configuration or usage,\n"
    "3 no service (--probe).\n\n"
    "Example:\n"
    "  secondlook doctor --domain contoso.com\n";

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

// Whether there was a problem.
bool tell(const Invocation& invocation, const Findings& findings) {
  bool problems = false;
  for (const Finding& finding : findings) {
    problems = problems || finding.state == Finding::State::problem;
    if (invocation.arguments.has("json"))
      invocation.console.out << json_text(to_json(finding)) << '\n';
    else
      print(invocation.console, finding);
  }
  return problems;
}

int run_domains(const Invocation& invocation, const Configuration& configuration) {
  const auto resolver = DnsResolver::open(invocation.arguments.value("dns-server"));
  if (!resolver) return report_error(invocation.console, within("--dns-server", resolver.error()));
  const auto domains = domains_to_examine(configuration, invocation.arguments.words());
  if (!domains) return report_error(invocation.console, within("doctor", domains.error()));
  return tell(invocation, examine_domains(configuration, *domains, *resolver)) ? exit_findings
                                                                               : exit_done;
}

int run_doctor(const Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  const bool domains = arguments.has("domain"), probe = arguments.has("probe");
  if (domains && probe)
    return usage_error(invocation.console, "doctor: --domain or --probe, not both");
  if (!domains && !arguments.words().empty())
    return usage_error(invocation.console,
                       "doctor: \"" + arguments.words()[0] + "\": domains stand behind --domain");
  const auto configuration = configuration_of(invocation);
  if (!configuration) {
    if (!domains && !probe)
      tell(invocation, examine_without_configuration(configuration.error().message));
    return exit_usage;
  }
  if (probe) return run_probe(invocation, *configuration);
  if (domains) return run_domains(invocation, *configuration);
  const bool problems = tell(
      invocation,
      examine(*configuration, sibling_executable("secondlook-analyzer"), invocation.clock.now()));
  return problems ? exit_findings : exit_done;
}

}  // namespace

Command doctor_command() {
  return {"doctor",
          "is everything in its place?",
          kHelp,
          {{{"probe", true}, {"tenant", true}, {"yes"}, {"domain"}, {"dns-server", true}, {"json"}},
           false},
          &run_doctor};
}

}  // namespace secondlook
