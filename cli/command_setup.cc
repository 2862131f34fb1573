#include "cli/commands.h"
#include "cli/terminal_text.h"

namespace secondlook {
namespace {

constexpr std::string_view kHelp =
    "Usage: secondlook setup\n\n"
    "Prints the steps that connect Microsoft 365 with this installation, with the values of the\n"
    "configuration filled in. Changes nothing, here or there.\n\n"
    "Example:\n"
    "  secondlook --config secondlook.toml setup\n";

void print_here(std::ostream& out, const Configuration& configuration) {
  out << "1. Here: what Exchange Online will connect to\n"
         "   - A host name in public DNS and port 25 reachable from Exchange Online.\n";
  if (configuration.smtp.tls_certificate_file.empty())
    out << "   - [smtp] tls_certificate_file and tls_key_file are not set: STARTTLS is not "
           "offered,\n"
           "     journal reports would travel in the clear.\n";
  else
    out << "   - TLS certificate: " << terminal_text(configuration.smtp.tls_certificate_file)
        << '\n';
  if (configuration.smtp.permitted_networks.empty())
    out << "   - [smtp] permitted_networks is empty: every peer may connect. Set\n"
           "     permitted_networks = [\"exchange_online\"], a list that comes with secondlook.\n";
  out << "   - The mode is " << (configuration.policy.enforce ? "enforce" : "observe")
      << ": start with observe, read `secondlook search` for some days, then enforce.\n\n";
}

void print_entra(std::ostream& out, const TenantSettings& tenant) {
  out << "2. Microsoft Entra, tenant " << terminal_text(tenant.tenant_id) << '\n'
      << "   - Register an application (its client id here: "
      << (tenant.graph.client_id.empty() ? "[tenant.graph] client_id is not set"
                                         : terminal_text(tenant.graph.client_id))
      << ").\n"
         "   - Application permissions of Microsoft Graph: Mail.ReadWrite, User.Read.All and\n"
         "     Group.Read.All, with admin consent. To narrow Mail.ReadWrite to some mailboxes use "
         "RBAC for\n"
         "     Applications instead of the consent (it takes 30 minutes to two hours).\n"
         "   - Credential: "
      << (tenant.graph.client_secret_file.empty()
              ? "set client_secret_file"
              : terminal_text(tenant.graph.client_secret_file) +
                    ", readable by the user of secondlook-remediation alone")
      << "\n\n";
}

void print_exchange(std::ostream& out, const TenantSettings& tenant) {
  const std::string address = tenant.journal_addresses.empty()
                                  ? "JOURNAL-ADDRESS"
                                  : redacted_address(tenant.journal_addresses.front());
  out << "3. Exchange Online PowerShell, tenant " << terminal_text(tenant.name) << '\n'
      << "   - A mailbox of its own for undeliverable reports (it is not journaled itself):\n"
         "       Set-TransportConfig -JournalingReportNdrTo journal-ndr@YOUR-DOMAIN\n"
         "   - An outbound connector for the journal address's domain to this host, TLS required:\n"
         "       New-OutboundConnector -Name secondlook -ConnectorType Partner \\\n"
         "         -RecipientDomains "
      << terminal_text(address.substr(address.find('@') + 1))
      << " -UseMXRecord $false \\\n"
         "         -SmartHosts THIS-HOST -TlsSettings CertificateValidation\n"
         "   - The journal rule, last (the address is a secret: whoever knows it can send to it;\n"
         "     it stands in journal_addresses of the configuration, and here shortened):\n"
         "       New-JournalRule -Name secondlook -Scope Global -Enabled $true \\\n"
         "         -JournalEmailAddress "
      << terminal_text(address) << "\n\n";
  if (tenant.journal_addresses.size() > 1)
    out << "     Besides it " << tenant.journal_addresses.size() - 1
        << " more may be sent to. Take the old address away once the rule has named the new\n"
           "     one for two days: Exchange tries again for 24 hours.\n\n";
}

int run_setup(const Invocation& invocation) {
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  std::ostream& out = invocation.console.out;
  out << "This prints what to do; it changes nothing.\n\n";
  print_here(out, *configuration);
  if (configuration->tenants.empty())
    out << "No [[tenant]] is configured: copy one from the reference, "
           "deploy/config/secondlook.toml, then run this again.\n\n";
  for (const TenantSettings& tenant : configuration->tenants) {
    print_entra(out, tenant);
    print_exchange(out, tenant);
  }
  out << "4. Then: secondlook doctor; secondlook serve; send a mail; secondlook search --all\n";
  return exit_done;
}

}  // namespace

Command setup_command() {
  return {"setup",
          "how to connect Microsoft 365 (prints, changes nothing)",
          kHelp,
          {{}, false, 0},
          &run_setup};
}

}  // namespace secondlook
