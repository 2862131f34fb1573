// Hands mails to our own `secondlook-ingest` by SMTP, so that what is imported goes the way of what
// arrives, and its 250 means the same: it is durable. Reads nothing of the mails but line ends.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/delivery_connection.h"

namespace secondlook {

struct DeliveryReply {
  int code = 0;      // 250: accepted
  std::string text;  // the last line, with the code
};

class ReportDelivery {
 public:
  // Connected, greeted, encrypted where that is offered. temporary: nobody there; forbidden: the
  // service is there and turns us away, with its words.
  static Result<ReportDelivery> connect(const std::string& address);

  // Line feeds alone become CRLF, dots are stuffed. mail_from: empty for the null path. A refusal
  // is a reply, and the session goes on; an error means that the connection is lost, and with it
  // the answer: the mail may be sent again, since reports of one message merge.
  Result<DeliveryReply> send(const std::string& mail_from, const std::string& recipient,
                             std::string_view mail);
  void quit();

 private:
  explicit ReportDelivery(DeliveryConnection connection) : connection_(std::move(connection)) {}
  Result<void> greet();
  Result<void> say_hello();
  Result<DeliveryReply> command(std::string_view line);
  Result<DeliveryReply> read_reply();
  Result<void> write_mail(std::string_view mail);

  DeliveryConnection connection_;
  bool offers_tls_ = false, offers_8bit_ = false;
};

}  // namespace secondlook
