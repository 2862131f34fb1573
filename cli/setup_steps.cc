#include "cli/setup_steps.h"

#include <nlohmann/json.hpp>

#include "cli/terminal_text.h"

namespace secondlook {
namespace {

constexpr std::size_t kWidth = 96;

std::string domain_of(const std::string& address) {
  return address.substr(address.find('@') + 1);
}

// The names that the steps speak of.
struct Names {
  std::string host, journal_domain, client_id, ndr_mailbox, own_mailbox;
};

Names names_of(const Configuration& configuration, const TenantSettings& tenant) {
  const std::string host = configuration.smtp.hostname;
  return {host.empty() ? "THIS-HOST" : host,
          tenant.journal_addresses.empty() ? "JOURNAL-DOMAIN"
                                           : domain_of(tenant.journal_addresses.front()),
          tenant.graph.client_id.empty() ? "CLIENT-ID" : tenant.graph.client_id,
          tenant.report_senders.empty() || tenant.report_senders.front().find('@') == 0 ||
                  tenant.report_senders.front() == "<>"
              ? "journal-ndr@YOUR-DOMAIN"
              : tenant.report_senders.front(),
          "someone@" + (tenant.domains.empty() ? "YOUR-DOMAIN" : tenant.domains.front())};
}

SetupStep dns_step(const Names& names) {
  SetupStep step{"dns", "dns", "Public DNS for " + names.host, "", {}, {}};
  step.why =
      "Exchange Online connects to this name on port 25. The MX record is what it falls back on "
      "when the connector is missing. No PTR record is asked for: this machine sends no mail.";
  step.commands = {names.host + ". IN A PUBLIC-ADDRESS-OF-THIS-MACHINE",
                   names.journal_domain + ". IN MX 10 " + names.host + "."};
  step.notes = {
      names.journal_domain +
          " must not be an accepted domain of the tenant: mail to those stays inside.",
      "The firewall lets TCP port 25 in from Exchange Online's networks; permitted_networks in "
      "the configuration asks for the same."};
  return step;
}

SetupStep tls_step(const Configuration& configuration, const Names& names) {
  const SmtpSettings& smtp = configuration.smtp;
  const bool named = !smtp.tls_certificate_file.empty();
  SetupStep step{"tls", "here", "A certificate of a public authority for " + names.host,
                 "",    {},     {}};
  step.why =
      "Journal reports are whole mails. The connector below sends them only to a host that proves "
      "its name; a self-signed certificate does not.";
  step.commands = {"install -m 0644 fullchain.pem " +
                       (named ? smtp.tls_certificate_file : "/etc/secondlook/tls.crt"),
                   "install -m 0600 -o secondlook-ingest privkey.pem " +
                       (named ? smtp.tls_key_file : "/etc/secondlook/tls.key")};
  step.notes = {"Renewals: the same two commands, then systemctl reload secondlook."};
  if (!named)
    step.notes.push_back(
        "[smtp] tls_certificate_file and tls_key_file are not set: STARTTLS is not offered.");
  if (smtp.permitted_networks.empty())
    step.notes.push_back(
        "[smtp] permitted_networks is empty: every peer may connect. Set "
        "permitted_networks = [\"exchange_online\"].");
  return step;
}

std::string credential_of(const GraphSettings& graph, const SetupFacts& facts) {
  if (graph.managed_identity) return "The credential is the machine's managed identity.";
  if (!graph.federated_token_file.empty())
    return "The credential is the token in " + graph.federated_token_file +
           ": add a federated credential that fits it.";
  if (!graph.client_secret_file.empty())
    return "Certificates & secrets: make a client secret and put it into " +
           graph.client_secret_file + " (mode 0600, user secondlook-remediation).";
  return "Certificates & secrets: upload " + graph.certificate_file +
         (facts.thumbprint.empty() ? "" : " (thumbprint " + facts.thumbprint + ")") +
         ". The private key stays here.";
}

SetupStep app_step(const TenantSettings& tenant, const Names& names, const SetupFacts& facts) {
  SetupStep step{"entra_app", "entra", "An app registration in Entra, tenant " + tenant.tenant_id,
                 "",          {},      {}};
  step.why =
      "secondlook signs in as this app to find, move and put back copies of mails. It needs the "
      "application permissions of Microsoft Graph User.Read.All and Group.Read.All (whose mailbox "
      "an address is), with admin consent, and Mail.ReadWrite, which the next step gives for "
      "chosen "
      "mailboxes only.";
  step.notes = {
      "App registrations, New registration: accounts in this directory only, no redirect "
      "URI.",
      credential_of(tenant.graph, facts)};
  if (tenant.graph.client_id.empty())
    step.notes.push_back("Put the application (client) id into client_id of [tenant.graph].");
  else
    step.notes.push_back("Its application (client) id is " + names.client_id + ".");
  if (!facts.certificate_expires.empty())
    step.notes.push_back("The certificate ends on " + facts.certificate_expires +
                         ": the service warns in its log before.");
  if (tenant.directory.contacts)
    step.notes.push_back("contacts = true needs OrgContact.Read.All, too.");
  return step;
}

SetupStep scope_step(const Names& names) {
  SetupStep step{"rbac", "exchange", "Mail.ReadWrite for chosen mailboxes: RBAC for Applications",
                 "",     {},         {}};
  step.why =
      "Consent to Mail.ReadWrite in Entra opens every mailbox of the tenant to the app. A role in "
      "Exchange gives the same right for the mailboxes of a scope. Both add up: where the consent "
      "in Entra stays, the scope limits nothing.";
  step.commands = {
      "$app = \"OBJECT-ID-OF-THE-ENTERPRISE-APPLICATION\"",
      "New-ServicePrincipal -AppId " + names.client_id + " -ObjectId $app -DisplayName secondlook",
      "$group = Get-DistributionGroup secondlook-mailboxes",
      "New-ManagementScope -Name secondlook -RecipientRestrictionFilter \"MemberOfGroup -eq "
      "'$($group.DistinguishedName)'\"",
      "New-ManagementRoleAssignment -App $app -Role \"Application Mail.ReadWrite\" "
      "-CustomResourceScope secondlook",
      "Test-ServicePrincipalAuthorization -Identity $app -Resource " + names.own_mailbox};
  step.notes = {
      "The object id stands under Enterprise applications; that of the app registration is "
      "another.",
      "Members of groups in the group are not counted; make the group a flat one.",
      "Remove Mail.ReadWrite from the app's API permissions in Entra, if it was ever consented to.",
      "It takes 30 minutes to 2 hours until it counts; Test-ServicePrincipalAuthorization shows it "
      "at once."};
  return step;
}

SetupStep start_step(const Configuration& configuration) {
  SetupStep step{"start", "here", "Start the service", "", {}, {}};
  step.why = "Before anything is sent here: a report that finds nobody waits in Exchange's queue.";
  step.commands = {"secondlook doctor", "systemctl enable --now secondlook", "secondlook status"};
  step.notes = {
      configuration.policy.enforce
          ? "The mode is enforce: malicious mail is removed from the first report on."
          : "The mode is observe: what would be removed is recorded, and nothing is touched. Read "
            "`secondlook search` for some days, then set [policy] mode = \"enforce\".",
      "Whoever uses the tool: adduser NAME secondlook, and secondlook-readers or "
      "secondlook-operators."};
  return step;
}

SetupStep ndr_step(const Names& names) {
  SetupStep step{
      "alternate_mailbox", "exchange", "Where undeliverable reports go, and when", "", {}, {}};
  step.why =
      "Exchange asks for an address for reports that it could not deliver, and sends each report "
      "from it. By default it gives up after a day; -JournalMessageExpirationDays 7 has reports "
      "outlive a week's outage of this machine.";
  step.commands = {"Set-TransportConfig -JournalingReportNdrTo " + names.ndr_mailbox,
                   "Set-TransportConfig -JournalMessageExpirationDays 7",
                   "Set-TransportConfig -VoicemailJournalingEnabled $true"};
  step.notes = {
      "A mailbox of its own: mail to it is not journaled and passes no rules, so nobody should "
      "work in it.",
      "It is one for the whole organisation, other journal rules included.",
      "Microsoft does not support an Exchange Online mailbox for it (limits on receiving): after a "
      "long outage one may refuse reports, and those are lost. Best is a mailbox elsewhere.",
      "Somebody has to look at it. `secondlook import` takes the bounces in it back in.",
      "Voice-mail classes that are not journaled can be forged: leave that journaling on."};
  return step;
}

SetupStep remote_domain_step(const Names& names) {
  SetupStep step{"remote_domain", "exchange", "No TNEF to the journal address", "", {}, {}};
  step.why =
      "Internal mail can travel in Microsoft's own format (winmail.dat). secondlook reads it, but "
      "plain MIME is what the mailbox shows and what rules are written for.";
  step.commands = {"New-RemoteDomain -Name secondlook -DomainName " + names.journal_domain,
                   "Set-RemoteDomain -Identity secondlook -TNEFEnabled $false"};
  return step;
}

SetupStep connector_step(const Names& names) {
  SetupStep step{"connector", "exchange", "A connector to this machine, with TLS", "", {}, {}};
  step.why =
      "It sends reports straight here, encrypted, and only to the host that proves its name.";
  step.commands = {
      "New-OutboundConnector -Name secondlook -ConnectorType Partner -RecipientDomains " +
      names.journal_domain + " -UseMXRecord $false -SmartHosts " + names.host +
      " -TlsSettings DomainValidation -TlsDomain " + names.host};
  step.notes = {
      "The connector's validation sends an ordinary mail: it is recorded as no report.",
      "In a hybrid organisation with centralized mail transport reports take the way of the * "
      "connector, and this one is passed over."};
  return step;
}

SetupStep gateway_step(const TenantSettings& tenant) {
  SetupStep step{"gateway", "here", "Is there another mail filter in front of Exchange Online?",
                 "",        {},     {}};
  step.why =
      "Where the MX record of your domains points to another service, the address that connects to "
      "Exchange Online is that service's. Named in `gateways`, it is not taken for the sender's.";
  std::string list;
  for (const std::string& gateway : tenant.gateways) list += (list.empty() ? "" : ", ") + gateway;
  step.notes = {list.empty() ? "gateways is empty in the configuration: right if there is none."
                             : "gateways names " + list + ".",
                "Reports must not pass that service: the connector above goes straight here."};
  return step;
}

SetupStep rule_step(const TenantSettings& tenant, const SetupFacts& facts) {
  SetupStep step{"journal_rule", "exchange", "The journal rule, last", "", {}, {}};
  step.why =
      "Scope Global, not External: mail whose MAIL FROM is in one of your domains counts as "
      "internal even when it was forged from outside, and an External rule would miss just that.";
  step.commands = {"New-JournalRule -Name secondlook -JournalEmailAddress " +
                   facts.journal_address + " -Scope Global -Enabled $true"};
  step.notes = {
      "The address is a secret: whoever knows it can send reports to it. It stands in "
      "journal_addresses of the configuration.",
      "If the cmdlet asks for a recipient object: a mail contact with this address, hidden from "
      "address lists.",
      "Reports that nobody takes make Microsoft turn the rule off after some days: start the "
      "service first."};
  if (tenant.journal_addresses.size() > 1)
    step.notes.push_back("The configuration takes " +
                         std::to_string(tenant.journal_addresses.size()) +
                         " addresses: take old ones away once reports sent to them have expired.");
  return step;
}

SetupStep watch_step(const Names& names) {
  SetupStep step{"watch", "here", "See it work", "", {}, {}};
  step.why = "A mail to " + names.own_mailbox + " has to be in the search some seconds later.";
  step.commands = {"secondlook search --all --limit 5", "secondlook doctor"};
  return step;
}

void print_wrapped(std::ostream& out, const std::string& text, const std::string& first,
                   const std::string& further) {
  std::string line = first;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (line.size() + word.size() + 1 > kWidth && line.size() > further.size()) {
      out << line << '\n';
      line = further;
    }
    line += (line.ends_with(' ') || line.empty() ? "" : " ") + word;
    at = end + 1;
  }
  out << line << '\n';
}

}  // namespace

std::vector<SetupStep> setup_steps(const Configuration& configuration, const TenantSettings& tenant,
                                   const SetupFacts& facts) {
  const Names names = names_of(configuration, tenant);
  return {dns_step(names),
          tls_step(configuration, names),
          app_step(tenant, names, facts),
          scope_step(names),
          start_step(configuration),
          ndr_step(names),
          remote_domain_step(names),
          connector_step(names),
          gateway_step(tenant),
          rule_step(tenant, facts),
          watch_step(names)};
}

void print_steps(std::ostream& out, const std::vector<SetupStep>& steps) {
  int number = 0;
  for (const SetupStep& step : steps) {
    out << ++number << ". " << terminal_text(step.title) << " ("
        << (step.where == "exchange" ? "Exchange Online PowerShell" : step.where) << ")\n";
    print_wrapped(out, terminal_text(step.why), "   ", "   ");
    for (const std::string& command : step.commands)
      out << "       " << terminal_text(command) << '\n';
    for (const std::string& note : step.notes)
      print_wrapped(out, terminal_text(note), "   - ", "     ");
    out << '\n';
  }
}

std::string to_json(const SetupStep& step, const std::string& tenant) {
  const nlohmann::ordered_json json = {
      {"step", step.id}, {"tenant", tenant},          {"where", step.where}, {"title", step.title},
      {"why", step.why}, {"commands", step.commands}, {"notes", step.notes}};
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string powershell_script(const std::vector<SetupStep>& steps) {
  std::string script =
      "# Written by `secondlook setup`. Read it, fill in what is in CAPITALS, and take it step by "
      "step.\n# It holds the journal address, a secret.\n\nConnect-ExchangeOnline\n";
  for (const SetupStep& step : steps) {
    if (step.where != "exchange") continue;
    script += "\n# " + step.title + "\n# " + step.why + "\n";
    for (const std::string& note : step.notes) script += "# - " + note + "\n";
    for (const std::string& command : step.commands) script += command + "\n";
  }
  return script;
}

}  // namespace secondlook
