#include "tests/support/stand_in_tenant/deliver_command.h"

#include <chrono>
#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/file_descriptor.h"
#include "tests/support/mail_headers.h"

namespace secondlook::stand_in {

namespace {

using nlohmann::json;

constexpr std::size_t kLargestMail = std::size_t{512} << 20U;

Result<SmtpReply> send_report(const DeliverCommand& command, const std::string& report) {
  const auto target = split_host_and_port(command.journal);
  if (!target) return target.error();
  SmtpOptions options;
  options.use_tls = !command.without_tls;
  auto client = SmtpClient::connect(target->first, target->second, options);
  if (!client) return std::move(client).error();
  auto reply = (*client)->send(command.report_from, {command.journal_address}, report);
  if (reply) (void)(*client)->quit();
  return reply;
}

void read_expanded(DeliverCommand& command) {
  for (const std::string& pair : command.expanded) {
    const std::size_t equals = pair.find('=');
    JournalRecipient member;
    member.address = pair.substr(0, equals);
    member.expanded_from = equals == pair.npos ? "" : pair.substr(equals + 1);
    command.delivery.expanded.push_back(std::move(member));
  }
}

// The envelope falls back on what the header says, so that any file can be delivered.
void complete_envelope(ExchangeDelivery& delivery, const std::string& mail) {
  const MailHeaders headers = read_mail_headers(mail);
  if (delivery.envelope_from.empty()) {
    delivery.envelope_from = first_address(headers.value("From"));
  }
  if (delivery.recipients.empty() && delivery.expanded.empty()) {
    delivery.recipients.push_back(first_address(headers.value("To")));
  }
}

Result<ExchangeResult> make_report(DeliverCommand& command, const std::string& mail) {
  if (command.is_report) {
    ExchangeResult ready;
    ready.report = with_crlf(mail);
    return ready;
  }
  read_expanded(command);
  complete_envelope(command.delivery, mail);
  const SystemClock clock;
  SystemRandom random;
  const TenantControl tenant(command.tenant_url);
  return deliver_as_exchange(mail, command.delivery, command.tenant_url.empty() ? nullptr : &tenant,
                             clock, random);
}

}  // namespace

void add_deliver_command(CLI::App& app, DeliverCommand& command) {
  CLI::App* const deliver = app.add_subcommand("deliver", "Deliver a mail as Exchange does.");
  deliver->add_option("--tenant-url", command.tenant_url, "the stand-in whose mailboxes get it");
  deliver->add_option("--journal", command.journal, "HOST:PORT; else the report is printed");
  deliver->add_option("--journal-address", command.journal_address);
  deliver->add_option("--report-from", command.report_from, "JournalingReportNdrTo");
  deliver->add_option("--from", command.delivery.envelope_from, "envelope sender");
  deliver->add_option("--to", command.delivery.recipients, "envelope recipients")->expected(1, -1);
  deliver->add_option("--expanded", command.expanded, "MEMBER=LIST")->expected(1, -1);
  deliver->add_option("--omit", command.delivery.delivery.omit, "recipients without a copy")
      ->expected(1, -1);
  deliver->add_option("--folder", command.delivery.delivery.folder);
  deliver->add_option("--late-ms", command.delivery.delivery.late_milliseconds,
                      "copies appear only after that time");
  deliver->add_option("--late-spread-ms", command.delivery.delivery.late_spread_milliseconds,
                      "each copy up to so much later");
  deliver->add_option("--twice-every", command.delivery.delivery.twice_every,
                      "each Nth mailbox gets it twice");
  deliver->add_flag("--varied", command.delivery.delivery.varied,
                    "copies with read marks, flags, categories, importance");
  deliver->add_option("--client-ip", command.delivery.stamps.client_ip);
  deliver->add_option("--helo", command.delivery.stamps.helo);
  deliver->add_option("--spf", command.delivery.stamps.spf);
  deliver->add_option("--dkim", command.delivery.stamps.dkim);
  deliver->add_option("--dmarc", command.delivery.stamps.dmarc);
  deliver->add_option("--scl", command.delivery.stamps.spam_confidence_level);
  deliver->add_option("--tenant-id", command.delivery.stamps.tenant_id);
  deliver->add_flag("--on-premises", command.delivery.report.on_premises);
  deliver->add_flag("--quoted-printable", command.delivery.report.quoted_printable);
  deliver->add_flag("--report", command.is_report, "FILE is a ready report: send it unchanged");
  deliver->add_flag("--without-tls", command.without_tls);
  deliver->add_option("FILE", command.file)->required();
}

Result<void> run(DeliverCommand command) {
  const auto mail = read_file(command.file, kLargestMail);
  if (!mail) return mail.error();
  const auto made = make_report(command, *mail);
  if (!made) return made.error();
  if (command.journal.empty()) {
    std::cout << made->report;
    return {};
  }
  const auto start = std::chrono::steady_clock::now();
  const auto reply = send_report(command, made->report);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  if (!reply) return within("journal", reply.error());
  std::cout << json{{"message_id", made->message_id},
                    {"network_message_id", made->network_message_id},
                    {"mailboxes", made->delivered.mailboxes},
                    {"external", made->delivered.external},
                    {"reply", std::to_string(reply->code) + " " + reply->text},
                    {"seconds", taken.count()}}
                   .dump(-1, ' ', false, json::error_handler_t::replace)
            << std::endl;
  if (reply->code != 250) return temporary("the journal address refused: " + reply->text);
  return {};
}

}  // namespace secondlook::stand_in
