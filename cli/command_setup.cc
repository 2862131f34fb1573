#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "base/random.h"
#include "cli/commands.h"
#include "cli/setup_answers.h"
#include "cli/setup_files.h"
#include "cli/setup_steps.h"
#include "cli/terminal_text.h"

namespace secondlook {
namespace {

constexpr std::string_view kHelp =
    "Usage: secondlook setup [--json]\n"
    "       secondlook setup --tenant-id GUID --domain DOMAIN... --hostname NAME [OPTIONS]\n\n"
    "With options, or where there is no configuration yet: asks what is missing (on a terminal),\n"
    "writes a complete configuration with a secret journal address, a certificate with its key "
    "for\n"
    "the app registration, and the commands for Exchange Online as a script. Never writes over a\n"
    "file. Then, and without options alone, prints the steps that connect Microsoft 365 with this\n"
    "installation, with their reasons; deploy/exchange_online.md holds the same for reading.\n\n"
    "  --tenant-id GUID       of the Entra tenant\n"
    "  --domain DOMAIN        an accepted domain; once for each\n"
    "  --hostname NAME        of this machine in public DNS, for journal reports alone\n"
    "  --client-id GUID       of the app, if it is registered already\n"
    "  --ndr-mailbox ADDRESS  where undeliverable reports go; default journal-ndr@ the first "
    "domain\n"
    "  --gateway CIDR         networks of another mail filter in front of Exchange Online\n"
    "  --name NAME            of the tenant here; default from the first domain\n"
    "  --output DIRECTORY     where the files are written; default /etc/secondlook\n"
    "  --yes                  ask nothing\n"
    "  --json                 the steps, one object a line\n\n"
    "Example:\n"
    "  secondlook setup --tenant-id 5b2d9c70-41fe-4a86-b3a7-8d0e6f1c2b94 --domain contoso.com \\\n"
    "    --hostname journal.contoso.com\n";

constexpr std::string_view kStandardDirectory = "/etc/secondlook";

// The file that this run is about, there or not.
std::string configuration_file(const Invocation& invocation) {
  if (invocation.arguments.has("output"))
    return std::filesystem::absolute(invocation.arguments.value("output"))
               .lexically_normal()
               .string() +
           "/secondlook.toml";
  if (!invocation.configuration_path.empty()) return invocation.configuration_path;
  const char* path = std::getenv("SECONDLOOK_CONFIG");
  return path != nullptr && *path != '\0' ? path
                                          : std::string(kStandardDirectory) + "/secondlook.toml";
}

// Where freshclam has brought signatures already; empty: nowhere.
std::string clamav_database() {
  const std::string directory = "/var/lib/clamav";
  for (const char* file : {"/daily.cvd", "/daily.cld"})
    if (::access((directory + file).c_str(), F_OK) == 0) return directory;
  return "";
}

void tell(const Invocation& invocation, const Configuration& configuration,
          const AppCertificate* certificate) {
  for (const TenantSettings& tenant : configuration.tenants) {
    SetupFacts facts;
    facts.journal_address = tenant.journal_addresses.empty()
                                ? "JOURNAL-ADDRESS"
                                : redacted_address(tenant.journal_addresses.front());
    if (certificate != nullptr) {
      facts.thumbprint = certificate->thumbprint;
      facts.certificate_expires = certificate->expires;
    }
    const auto steps = setup_steps(configuration, tenant, facts);
    if (!invocation.arguments.has("json")) {
      if (configuration.tenants.size() > 1)
        invocation.console.out << "Tenant " << terminal_text(tenant.name) << "\n\n";
      print_steps(invocation.console.out, steps);
      continue;
    }
    for (const SetupStep& step : steps)
      invocation.console.out << json_text(to_json(step, tenant.name)) << '\n';
  }
}

int print_for_existing(const Invocation& invocation) {
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  if (!invocation.arguments.has("json"))
    invocation.console.out << "This prints what to do; it changes nothing.\n\n";
  tell(invocation, *configuration, nullptr);
  if (configuration->tenants.empty())
    invocation.console.err << "No [[tenant]] is configured: copy one from the reference, "
                              "/usr/share/secondlook/secondlook.toml, then run this again.\n";
  return exit_done;
}

bool may_write(const Console& console, const std::vector<std::string>& paths) {
  console.err << "This writes\n";
  for (const std::string& path : paths) console.err << "  " << terminal_text(path) << '\n';
  return console.confirm("Go on?");
}

int write_and_tell(const Invocation& invocation, const std::string& file) {
  const Console& console = invocation.console;
  const auto taken = check_that_new(file);
  if (!taken)
    return usage_error(console, taken.error().message +
                                    "\nsetup writes over nothing; without options it prints the "
                                    "steps for a configuration that is there");
  auto answers = collect_answers(invocation.arguments, console);
  if (!answers) return usage_error(console, "setup: " + answers.error().message);
  SystemRandom random;
  const auto plan = plan_setup_files(file, std::move(*answers), clamav_database(),
                                     invocation.clock.now(), random);
  if (!plan) return report_error(console, plan.error());
  const bool asks = console.in_is_terminal && !invocation.arguments.has("yes");
  if (asks && !may_write(console, plan->paths())) return failure(console, "nothing was written");
  if (const auto written = write_setup_files(*plan); !written)
    return failure(console, written.error().message);
  if (!invocation.arguments.has("json")) {
    console.out << "Written:\n";
    for (const std::string& path : plan->paths())
      console.out << "  " << terminal_text(path) << '\n';
    console.out << "The journal address is a secret; it stands in the first and the last of "
                   "them.\nWhat is to be done, in this order:\n\n";
  }
  tell(invocation, plan->configuration, &plan->certificate);
  return exit_done;
}

int run_setup(const Invocation& invocation) {
  const std::string file = configuration_file(invocation);
  const bool wants_to_write =
      has_answers(invocation.arguments) || invocation.arguments.has("output");
  if (!wants_to_write && ::access(file.c_str(), F_OK) == 0) return print_for_existing(invocation);
  return write_and_tell(invocation, file);
}

}  // namespace

Command setup_command() {
  std::vector<OptionRule> options = answer_options();
  options.insert(options.end(), {{"output", true}, {"yes"}, {"json"}});
  return {"setup",
          "a first configuration, and how to connect Microsoft 365",
          kHelp,
          {std::move(options), false, 0},
          &run_setup};
}

}  // namespace secondlook
