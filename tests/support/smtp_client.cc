#include "tests/support/smtp_client.h"

#include <algorithm>
#include <optional>

#include <openssl/err.h>
#include <poll.h>

namespace secondlook {

namespace {

constexpr std::size_t kLongestReply = std::size_t{64} << 10U;

Error unexpected(std::string_view step, const SmtpReply& reply) {
  return temporary(std::string(step) + ": " + std::to_string(reply.code) + " " + reply.text);
}

// RFC 5321 4.5.2, and the end of the data.
std::string dot_stuffed(std::string_view mail) {
  std::string data;
  data.reserve(mail.size() + 8);
  bool at_line_start = true;
  for (const char letter : mail) {
    if (letter == '.' && at_line_start) data += '.';
    data += letter;
    at_line_start = letter == '\n';
  }
  if (!data.ends_with("\r\n")) data += "\r\n";
  return data + ".\r\n";
}

}  // namespace

Result<std::unique_ptr<SmtpClient>> SmtpClient::connect(const std::string& host,
                                                        const std::string& port,
                                                        SmtpOptions options) {
  auto stream = TcpStream::connect(host, port, options.timeout);
  if (!stream) return std::move(stream).error();
  std::unique_ptr<SmtpClient> client(new SmtpClient(*std::move(stream), std::move(options)));
  if (auto greeted = client->greet(); !greeted) return std::move(greeted).error();
  return client;
}

Result<void> SmtpClient::greet() {
  const auto greeting = read_reply();
  if (!greeting) return greeting.error();
  if (greeting->code != 220) return unexpected("greeting", *greeting);
  if (auto said = say_hello(); !said) return said;
  if (!options_.use_tls || !offers("STARTTLS")) return {};
  if (auto started = start_tls(); !started) return started;
  return say_hello();
}

Result<void> SmtpClient::say_hello() {
  const auto reply = command("EHLO " + options_.helo);
  if (!reply) return reply.error();
  if (reply->code != 250) return unexpected("EHLO", *reply);
  keywords_.clear();
  for (std::size_t at = 0; at < reply->text.size();) {
    const std::size_t end = std::min(reply->text.find('\n', at), reply->text.size());
    keywords_.push_back(reply->text.substr(at, end - at));
    at = end + 1;
  }
  return {};
}

bool SmtpClient::offers(std::string_view keyword) const {
  return std::any_of(keywords_.begin(), keywords_.end(), [&](const std::string& line) {
    return std::string_view(line).substr(0, line.find(' ')) == keyword;
  });
}

Result<void> SmtpClient::start_tls() {
  const auto reply = command("STARTTLS");
  if (!reply) return reply.error();
  if (reply->code != 220) return unexpected("STARTTLS", *reply);
  context_.reset(SSL_CTX_new(TLS_client_method()));
  tls_.reset(SSL_new(context_.get()));
  SSL_set_fd(tls_.get(), stream_.number());
  while (true) {
    ERR_clear_error();
    const int outcome = SSL_connect(tls_.get());
    if (outcome == 1) return {};
    if (auto ready = wait_for_tls(outcome); !ready) return within("TLS", std::move(ready).error());
  }
}

Result<SmtpReply> SmtpClient::send(const std::string& mail_from,
                                   const std::vector<std::string>& recipients,
                                   std::string_view mail) {
  std::string envelope = "MAIL FROM:<" + mail_from + ">";
  if (offers("8BITMIME")) envelope += " BODY=8BITMIME";
  if (offers("SIZE")) envelope += " SIZE=" + std::to_string(mail.size());
  envelope += "\r\n";
  for (const std::string& recipient : recipients) envelope += "RCPT TO:<" + recipient + ">\r\n";
  envelope += "DATA\r\n";
  if (auto written = write(envelope); !written) return std::move(written).error();
  std::optional<SmtpReply> refusal;
  for (std::size_t replies = 0; replies < recipients.size() + 2; ++replies) {
    auto reply = read_reply();
    if (!reply) return reply;
    if (reply->code >= 400 && !refusal) refusal = *reply;
    const bool is_last = replies == recipients.size() + 1;
    if (is_last && reply->code == 354) {
      // Some recipient was refused, but the server waits for data: it gets all or nothing.
      if (auto sent = write(refusal ? ".\r\n" : dot_stuffed(mail)); !sent) {
        return std::move(sent).error();
      }
      auto final_reply = read_reply();
      if (!final_reply || !refusal) return final_reply;
    }
  }
  if (auto reset = command("RSET"); !reset) return reset;
  return refusal.value_or(SmtpReply{});
}

Result<void> SmtpClient::quit() {
  const auto reply = command("QUIT");
  if (!reply) return reply.error();
  return {};
}

Result<SmtpReply> SmtpClient::command(const std::string& line) {
  if (auto written = write(line + "\r\n"); !written) return std::move(written).error();
  return read_reply();
}

Result<SmtpReply> SmtpClient::read_reply() {
  SmtpReply reply;
  while (true) {
    const auto line = read_line();
    if (!line) return line.error();
    if (line->size() < 3 || line->find_first_not_of("0123456789") < 3) {
      return malformed("not a reply: " + *line);
    }
    reply.code = std::stoi(line->substr(0, 3));
    if (!reply.text.empty()) reply.text += '\n';
    reply.text += line->size() > 4 ? line->substr(4) : "";
    if (line->size() == 3 || (*line)[3] != '-') return reply;
  }
}

Result<std::string> SmtpClient::read_line() {
  while (true) {
    const std::size_t end = received_.find("\r\n");
    if (end != received_.npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 2);
      return line;
    }
    if (received_.size() > kLongestReply) return malformed("an endless reply");
    const auto more = read_some();
    if (!more) return more.error();
    if (more->empty()) return temporary("the server closed the connection");
    received_ += *more;
  }
}

Result<std::string> SmtpClient::read_some() {
  if (!tls_) return stream_.read_some(options_.timeout);
  std::string bytes(std::size_t{16} << 10U, '\0');
  while (true) {
    ERR_clear_error();
    const int count = SSL_read(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (count > 0) return bytes.substr(0, static_cast<std::size_t>(count));
    if (auto ready = wait_for_tls(count); !ready) return std::move(ready).error();
  }
}

Result<void> SmtpClient::write(std::string_view bytes) {
  if (!tls_) return stream_.write_all(bytes, options_.timeout);
  while (!bytes.empty()) {
    ERR_clear_error();
    const int size = static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 20U));
    const int count = SSL_write(tls_.get(), bytes.data(), size);
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (auto ready = wait_for_tls(count); !ready) {
      return ready;
    }
  }
  return {};
}

// The socket does not block: OpenSSL says what it waits for.
Result<void> SmtpClient::wait_for_tls(int outcome) {
  const int reason = SSL_get_error(tls_.get(), outcome);
  if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE) {
    return temporary("TLS connection lost");
  }
  pollfd entry{stream_.number(),
               static_cast<short>(reason == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT), 0};
  if (::poll(&entry, 1, static_cast<int>(options_.timeout.count())) == 0)
    return temporary("timeout");
  return {};
}

}  // namespace secondlook
