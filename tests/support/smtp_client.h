// A blocking SMTP client as Exchange Online's sending side is one: EHLO, STARTTLS where offered,
// 8BITMIME, pipelined envelope, one kept-open session for many mails. Each step has a timeout. The
// certificate is not judged: the servers under test have their own.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/ssl.h>

#include "base/result.h"
#include "tests/support/tcp_stream.h"

namespace secondlook {

struct SmtpReply {
  int code = 0;
  std::string text;  // the lines' texts, joined by \n
};

struct SmtpOptions {
  std::string helo = "mail-bn6pr2001.outbound.protection.example";
  bool use_tls = true;  // when offered
  std::chrono::milliseconds timeout{30'000};
};

class SmtpClient {
 public:
  // Connected, greeted, and encrypted where the server offers it.
  static Result<std::unique_ptr<SmtpClient>> connect(const std::string& host,
                                                     const std::string& port, SmtpOptions options);

  // One mail; CRLF line ends, dots are stuffed here. The value is the reply that decided: 250 after
  // the final dot, or the first refusal (the session is then reset and can be used on). An error
  // means that the connection is lost, and with it the answer to whether the mail was accepted.
  Result<SmtpReply> send(const std::string& mail_from, const std::vector<std::string>& recipients,
                         std::string_view mail);
  Result<void> quit();

  bool is_encrypted() const { return tls_ != nullptr; }
  bool offers(std::string_view keyword) const;

 private:
  struct FreeTls {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  SmtpClient(TcpStream stream, SmtpOptions options)
      : stream_(std::move(stream)), options_(std::move(options)) {}
  Result<void> greet();
  Result<void> say_hello();
  Result<void> start_tls();
  Result<SmtpReply> command(const std::string& line);
  Result<SmtpReply> read_reply();
  Result<std::string> read_line();
  Result<std::string> read_some();
  Result<void> write(std::string_view bytes);
  Result<void> wait_for_tls(int outcome);

  TcpStream stream_;
  SmtpOptions options_;
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::unique_ptr<SSL, FreeTls> tls_;
  std::string received_;
  std::vector<std::string> keywords_;
};

}  // namespace secondlook
