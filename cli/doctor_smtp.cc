#include <chrono>

#include "cli/delivery_connection.h"
#include "cli/doctor.h"
#include "schema/process_table.h"

namespace secondlook {
namespace {

using State = Finding::State;

constexpr std::chrono::seconds kPatience{15};
// Nobody's, and no address that the world's mail servers would carry to (RFC 2606).
constexpr const char* kStranger = "relay-test@stranger.invalid";

struct Talk {
  std::string banner, ehlo, sender, stranger;  // replies; empty: it did not come to that
  std::string failure;                         // why it ended early
};

// The last line of a reply; its first three characters are the code.
Result<std::string> read_reply(DeliveryConnection& connection) {
  for (int lines = 0; lines < 100; ++lines) {
    auto line = connection.read_line();
    if (!line) return line;
    if (line->size() < 4 || (*line)[3] != '-') return line;
  }
  return malformed("a reply that does not end");
}

Result<std::string> ask(DeliveryConnection& connection, const std::string& command) {
  if (auto sent = connection.write(command + "\r\n"); !sent) return sent.error();
  return read_reply(connection);
}

Talk talk_to(const std::string& address, const std::string& sender) {
  Talk talk;
  auto connection = DeliveryConnection::open(address, kPatience);
  if (!connection) {
    talk.failure = connection.error().message;
    return talk;
  }
  const auto keep = [&](std::string& where, Result<std::string> reply) {
    if (reply)
      where = *reply;
    else
      talk.failure = reply.error().message;
    return reply.has_value();
  };
  if (!keep(talk.banner, read_reply(*connection)) || !talk.banner.starts_with("220")) return talk;
  if (!keep(talk.ehlo, ask(*connection, "EHLO localhost"))) return talk;
  if (!keep(talk.sender, ask(*connection, "MAIL FROM:<" + sender + ">"))) return talk;
  // STARTTLS may be asked for first.
  if (talk.sender.starts_with("530") && keep(talk.ehlo, ask(*connection, "STARTTLS")) &&
      talk.ehlo.starts_with("220") && connection->start_tls()) {
    if (!keep(talk.ehlo, ask(*connection, "EHLO localhost"))) return talk;
    if (!keep(talk.sender, ask(*connection, "MAIL FROM:<" + sender + ">"))) return talk;
  }
  if (talk.sender.starts_with("250"))
    keep(talk.stranger, ask(*connection, std::string("RCPT TO:<") + kStranger + ">"));
  (void)connection->write("QUIT\r\n");
  return talk;
}

// Where `serve` listens, else what is configured; a wildcard is this machine.
std::string own_address(const Configuration& configuration) {
  const auto table = read_process_table(configuration.paths.process_table());
  std::string address;
  if (table && is_alive(*table) && !table->smtp.empty())
    address = table->smtp.front();
  else if (!configuration.smtp.listen.empty())
    address = configuration.smtp.listen.front();
  for (const char* wildcard : {"[::]:", "0.0.0.0:"})
    if (address.starts_with(wildcard)) return "127.0.0.1:" + address.substr(address.rfind(':') + 1);
  return address;
}

std::string any_report_sender(const Configuration& configuration) {
  for (const TenantSettings& tenant : configuration.tenants)
    if (!tenant.report_senders.empty())
      return tenant.report_senders.front() == "<>" ? "" : tenant.report_senders.front();
  return "";
}

}  // namespace

void check_smtp(Findings& findings, const Configuration& configuration) {
  const std::string address = own_address(configuration);
  if (address.empty()) return;
  const Talk talk = talk_to(address, any_report_sender(configuration));
  if (talk.banner.empty())
    return add(findings, State::problem, "SMTP", address + ": " + talk.failure,
               "start the service; is another mail server on that port? `ss -ltnp`");
  if (!talk.banner.starts_with("220"))
    return add(findings, State::good, "SMTP",
               address + " answers, and turns this machine away (" + talk.banner.substr(0, 60) +
                   "): permitted_networks leaves it out, so relaying is not tried");
  add(findings, State::good, "SMTP", address + " answers");
  if (talk.stranger.empty())
    add(findings, State::good, "relay",
        "not tried: " + (talk.failure.empty() ? talk.sender.substr(0, 80) : talk.failure));
  else if (talk.stranger.starts_with("2"))
    add(findings, State::problem, "relay", std::string("it takes mail for ") + kStranger,
        "close the port at once: this is not secondlook's answer. What listens on " + address +
            "?");
  else
    add(findings, State::good, "relay",
        "a stranger's address is refused: " + talk.stranger.substr(0, 80));
}

}  // namespace secondlook
