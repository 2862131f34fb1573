#include <csignal>
#include <optional>

#include "cli/commands.h"
#include "cli/report_delivery.h"
#include "cli/stored_mail.h"
#include "cli/terminal_text.h"
#include "schema/process_table.h"

namespace secondlook {
namespace {

constexpr std::string_view kHelp =
    "Usage: secondlook [--config FILE] import FILE... [--tenant NAME] [--json]\n\n"
    "Hands missed journal reports, from the mailbox for undeliverable reports, to the running\n"
    "service as if they arrived now: .eml files, mbox files, maildirs, directories, - for "
    "standard\n"
    "input. Reports themselves, or the bounces that hold them. Accepted means durable, as always.\n"
    "Importing twice does no harm: reports of one message are merged.\n\n"
    "  --tenant NAME   whose they are; needed where several tenants are configured\n"
    "  --json          one object a mail\n\n"
    "Exit status: 0 all accepted, 1 some refused or unreadable, 2 bad usage or configuration,\n"
    "3 the service cannot be reached.\n\n"
    "Example:\n"
    "  secondlook import --tenant contoso undelivered.mbox\n";

// Where the service listens now, as seen from this machine.
std::string own_address(const Configuration& configuration) {
  std::string address;
  const auto table = read_process_table(configuration.paths.process_table());
  if (table && is_alive(*table) && !table->smtp.empty())
    address = table->smtp.front();
  else if (!configuration.smtp.listen.empty())
    address = configuration.smtp.listen.front();
  for (const std::string_view any : {"[::]:", "0.0.0.0:"})
    if (address.starts_with(any)) address = "127.0.0.1:" + address.substr(any.size());
  return address;
}

// An expected MAIL FROM, so that what is imported is not taken for forged.
std::string expected_sender(const TenantSettings& tenant) {
  if (tenant.report_senders.empty()) return "";
  for (const std::string& sender : tenant.report_senders)
    if (sender == "<>" || !sender.starts_with('@')) return sender == "<>" ? "" : sender;
  return "journal-import" + tenant.report_senders.front();
}

Result<const TenantSettings*> tenant_of(const Configuration& configuration,
                                        const std::string& name) {
  const bool chosen = !name.empty();
  if (!chosen && configuration.tenants.size() != 1)
    return malformed(configuration.tenants.empty() ? "import: no tenant is configured"
                                                   : "import: --tenant NAME is needed: several are "
                                                     "configured");
  const TenantSettings* tenant =
      chosen ? configuration.find_tenant(name) : &configuration.tenants.front();
  if (tenant == nullptr) return malformed("import: there is no tenant " + name);
  if (tenant->journal_addresses.empty())
    return malformed("import: tenant " + tenant->name + " has no journal_addresses");
  return tenant;
}

class ImportCommand {
 public:
  ImportCommand(const Console& console, const Configuration& configuration,
                const TenantSettings& tenant, bool json)
      : console_(console), configuration_(configuration), tenant_(tenant), json_(json) {}

  int run(const std::vector<std::string>& files) {
    StoredMails mails(files);
    while (auto mail = mails.next()) {
      if (!*mail) {
        ++refused_;
        failure(console_, mail->error().message);
        continue;
      }
      const auto reply = deliver((*mail)->bytes);
      if (!reply) return give_up(reply.error());
      print((*mail)->name, *reply);
    }
    if (delivery_) delivery_->quit();
    console_.progress("");
    if (!json_) console_.out << accepted_ << " accepted, " << refused_ << " refused\n";
    return refused_ > 0 ? exit_findings : exit_done;
  }

 private:
  // A connection that was lost is made once more: only the mail that was under way is in doubt, and
  // twice is harmless.
  Result<DeliveryReply> deliver(std::string_view mail) {
    Error lost = temporary("");
    for (int tries = 0; tries < 2; ++tries) {
      if (!delivery_) {
        auto connected = ReportDelivery::connect(own_address(configuration_));
        if (!connected) return connected.error();
        delivery_.emplace(std::move(*connected));
      }
      auto reply =
          delivery_->send(expected_sender(tenant_), tenant_.journal_addresses.front(), mail);
      if (reply) return reply;
      lost = reply.error();
      delivery_.reset();
    }
    return lost;
  }

  void print(const std::string& name, const DeliveryReply& reply) {
    const bool accepted = reply.code == 250;
    ++(accepted ? accepted_ : refused_);
    if (json_) {
      console_.out << "{\"file\":" << json_string(name)
                   << ",\"accepted\":" << (accepted ? "true" : "false")
                   << ",\"reply\":" << json_string(reply.text) << "}\n";
    } else if (!accepted) {
      console_.progress("");
      console_.out << console_.coloured(Colour::red, "refused") << "   " << terminal_text(name)
                   << ": " << terminal_text(reply.text) << '\n';
    } else {
      console_.out << "accepted  " << terminal_text(name) << '\n';
    }
    console_.progress(std::to_string(accepted_ + refused_) + " mails");
  }

  int give_up(const Error& error) {
    console_.progress("");
    std::string message = error.message;
    if (error.kind == Error::Kind::forbidden && !configuration_.smtp.permitted_networks.empty())
      message +=
          "\nthe service takes mail from [smtp] permitted_networks only: add \"127.0.0.1/32\" (and "
          "\"::1/128\") for import, and reload";
    if (accepted_ + refused_ > 0)
      message += "\n" + std::to_string(accepted_) +
                 " were accepted before; importing everything again does no harm";
    return unreachable(console_, message);
  }

  const Console& console_;
  const Configuration& configuration_;
  const TenantSettings& tenant_;
  const bool json_;
  std::optional<ReportDelivery> delivery_;
  std::size_t accepted_ = 0, refused_ = 0;
};

int run_import(const Invocation& invocation) {
  if (invocation.arguments.words().empty())
    return usage_error(invocation.console,
                       "import: which file? `secondlook import --help` explains it");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  const auto tenant = tenant_of(*configuration, invocation.arguments.value("tenant"));
  if (!tenant) return usage_error(invocation.console, tenant.error().message);
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  return ImportCommand(invocation.console, *configuration, **tenant,
                       invocation.arguments.has("json"))
      .run(invocation.arguments.words());
}

}  // namespace

Command import_command() {
  return {"import",
          "hand missed journal reports to the service",
          kHelp,
          {{{"json"}, {"tenant", true}}, false},
          &run_import};
}

}  // namespace secondlook
