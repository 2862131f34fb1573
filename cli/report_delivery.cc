#include "cli/report_delivery.h"

#include <algorithm>
#include <charconv>

namespace secondlook {
namespace {

constexpr int kServiceEnds = 421;
constexpr std::size_t kChunk = 64 << 10, kMostReplyLines = 100;

}  // namespace

Result<ReportDelivery> ReportDelivery::connect(const std::string& address) {
  auto connection = DeliveryConnection::open(address);
  if (!connection) return connection.error();
  ReportDelivery delivery(std::move(*connection));
  if (auto greeted = delivery.greet(); !greeted) return within(address, greeted.error());
  return delivery;
}

Result<void> ReportDelivery::greet() {
  const auto greeting = read_reply();
  if (!greeting) return greeting.error();
  if (greeting->code != 220) return forbidden(greeting->text);
  if (auto said = say_hello(); !said || !offers_tls_) return said;
  const auto ready = command("STARTTLS");
  if (!ready) return ready.error();
  if (ready->code != 220) return forbidden(ready->text);
  if (auto started = connection_.start_tls(); !started) return started;
  return say_hello();
}

Result<void> ReportDelivery::say_hello() {
  offers_tls_ = offers_8bit_ = false;
  const auto hello = command("EHLO localhost");
  if (!hello) return hello.error();
  if (hello->code != 250) return forbidden(hello->text);
  return {};
}

Result<DeliveryReply> ReportDelivery::command(std::string_view line) {
  if (auto written = connection_.write(std::string(line) + "\r\n"); !written)
    return written.error();
  return read_reply();
}

Result<DeliveryReply> ReportDelivery::read_reply() {
  for (std::size_t lines = 0; lines < kMostReplyLines; ++lines) {
    const auto line = connection_.read_line();
    if (!line) return line.error();
    const std::string_view keyword =
        std::string_view(*line).substr(std::min<std::size_t>(4, line->size()));
    offers_tls_ = offers_tls_ || keyword == "STARTTLS";
    offers_8bit_ = offers_8bit_ || keyword == "8BITMIME";
    if (line->size() > 3 && (*line)[3] == '-') continue;
    DeliveryReply reply;
    const auto end = line->data() + std::min<std::size_t>(3, line->size());
    if (std::from_chars(line->data(), end, reply.code).ptr != line->data() + 3)
      return malformed("no SMTP reply: " + *line);
    reply.text = *line;
    return reply;
  }
  return malformed("a reply that does not end");
}

Result<DeliveryReply> ReportDelivery::send(const std::string& mail_from,
                                           const std::string& recipient, std::string_view mail) {
  const auto refused = [&](Result<DeliveryReply> reply) -> Result<DeliveryReply> {
    if (reply->code == kServiceEnds) return temporary(reply->text);
    if (auto reset = command("RSET"); !reset) return reset.error();
    return reply;
  };
  auto reply = command("MAIL FROM:<" + mail_from + ">" + (offers_8bit_ ? " BODY=8BITMIME" : ""));
  if (!reply) return reply;
  if (reply->code != 250) return refused(reply);
  reply = command("RCPT TO:<" + recipient + ">");
  if (!reply) return reply;
  if (reply->code != 250) return refused(reply);
  reply = command("DATA");
  if (!reply) return reply;
  if (reply->code != 354) return refused(reply);
  if (auto written = write_mail(mail); !written) return written.error();
  reply = read_reply();
  if (reply && reply->code == kServiceEnds) return temporary(reply->text);
  return reply;
}

// A bare CR stays: it is no line end, and our ingest takes it as data.
Result<void> ReportDelivery::write_mail(std::string_view mail) {
  std::string chunk;
  for (std::size_t at = 0; at < mail.size();) {
    const std::size_t end = std::min(mail.find('\n', at), mail.size());
    std::string_view line = mail.substr(at, end - at);
    if (end < mail.size() && line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('.')) chunk += '.';
    chunk.append(line) += "\r\n";
    at = end + 1;
    if (chunk.size() < kChunk) continue;
    if (auto written = connection_.write(chunk); !written) return written;
    chunk.clear();
  }
  return connection_.write(chunk + ".\r\n");
}

void ReportDelivery::quit() {
  [[maybe_unused]] const auto farewell = command("QUIT");
}

}  // namespace secondlook
