// As much of RFC 5321 as a smart host needs: EHLO, STARTTLS (RFC 3207), AUTH (RFC 4954), one mail.
#include <algorithm>

#include "base/log.h"
#include "notify/alerts/alert_messages.h"
#include "notify/alerts/alert_sender.h"
#include "notify/alerts/client_stream.h"
#include "notify/alerts/smtp_sign_in.h"

namespace secondlook {
namespace {

constexpr int kMostLines = 100;

struct Reply {
  int code = 0;
  std::string text;  // of all lines, one a line
};

class SmtpSession {
 public:
  SmtpSession(ClientStream& stream, const AlertChannel& channel, const Secret& password,
              const std::string& hostname)
      : stream_(stream), channel_(channel), password_(password), hostname_(hostname) {}

  // `refused` of SendOutcome is a 5xx: Error::Kind::forbidden here.
  Result<void> send(const Alert& alert, Timestamp now) {
    if (channel_.transport == "tls")
      if (auto encrypted = stream_.start_tls(channel_.ca_file); !encrypted) return encrypted;
    if (auto greeted = expect(read_reply(), 220, "greeting"); !greeted) return greeted;
    const auto offered = introduce();
    if (!offered) return offered.error();
    if (!channel_.user.empty())
      if (auto known = authenticate(*offered); !known) return known;
    return transfer(mail_message(alert, {channel_.from, channel_.to}, now));
  }

 private:
  // What the server offers in the end: what it said before TLS is forgotten (RFC 3207 4.2).
  Result<Reply> introduce() {
    auto greeted = greet();
    if (!greeted || channel_.transport != "starttls") return greeted;
    if (!offers(*greeted, "STARTTLS"))
      return temporary("the server does not offer STARTTLS; nothing is sent in the clear");
    if (auto ready = expect(ask("STARTTLS"), 220, "STARTTLS"); !ready) return ready.error();
    if (auto encrypted = stream_.start_tls(channel_.ca_file); !encrypted) return encrypted.error();
    return greet();
  }

  Result<Reply> greet() {
    auto greeted = ask("EHLO " + hostname_);
    if (auto good = expect(greeted, 250, "EHLO"); !good) return good.error();
    return greeted;
  }

  // The configuration permits plain transport on loopback only.
  Result<void> authenticate(const Reply& offered) {
    const auto mechanism = choose_sign_in(offered.text);
    if (!mechanism)
      return temporary(
          "the server offers neither AUTH PLAIN nor AUTH LOGIN; the password is not sent");
    const std::vector<Secret> lines = sign_in_lines(*mechanism, channel_.user, password_);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (auto sent = stream_.write(lines[i].reveal()); !sent) return sent;
      const bool is_last = i + 1 == lines.size();
      if (auto good = expect(read_reply(), is_last ? 235 : 334, "AUTH"); !good) return good;
    }
    return {};
  }

  Result<void> transfer(const std::string& mail) {
    if (auto begun = expect(ask("MAIL FROM:<" + channel_.from + ">"), 250, "MAIL"); !begun)
      return begun;
    // One recipient who is gone does not keep the others from being told.
    bool any = false;
    Result<void> refusal;
    for (const std::string& to : channel_.to) {
      auto known = expect(ask("RCPT TO:<" + to + ">"), 250, "RCPT");
      if (!known && known.error().kind != Error::Kind::forbidden) return known;
      any = any || known;
      if (known) continue;
      log_warning("alerts: a recipient is refused", {{"channel", channel_.name}});
      refusal = known;
    }
    if (!any) return refusal;
    if (auto ready = expect(ask("DATA"), 354, "DATA"); !ready) return ready;
    std::string bytes;
    bool is_line_start = true;
    for (const char c : mail) {  // RFC 5321 4.5.2
      if (is_line_start && c == '.') bytes += '.';
      bytes += c;
      is_line_start = c == '\n';
    }
    if (auto sent = stream_.write(bytes + ".\r\n"); !sent) return sent;
    if (auto taken = expect(read_reply(), 250, "the mail"); !taken) return taken;
    // Taken is taken: how the connection ends changes nothing.
    [[maybe_unused]] const auto parted = stream_.write("QUIT\r\n");
    return {};
  }

  Result<Reply> ask(const std::string& command) {
    if (auto sent = stream_.write(command + "\r\n"); !sent) return sent.error();
    return read_reply();
  }

  Result<Reply> read_reply() {
    Reply reply;
    for (int i = 0; i < kMostLines; ++i) {
      auto line = stream_.read_line();
      if (!line) return line.error();
      const bool is_reply =
          line->size() >= 3 && std::all_of(line->begin(), line->begin() + 3,
                                           [](char c) { return c >= '0' && c <= '9'; });
      if (!is_reply) return temporary("the server does not speak SMTP");
      reply.code = std::stoi(line->substr(0, 3));
      reply.text += line->substr(std::min<std::size_t>(4, line->size())) + "\n";
      if (line->size() == 3 || (*line)[3] != '-') return reply;
    }
    return temporary("a reply without an end");
  }

  static Result<void> expect(const Result<Reply>& reply, int code, const std::string& what) {
    if (!reply) return reply.error();
    if (reply->code == code || (code == 250 && reply->code == 251)) return {};
    // The server's own words may hold addresses: the code is enough.
    const std::string text = "the server answers " + what + " with " + std::to_string(reply->code);
    return reply->code >= 500 ? forbidden(text) : temporary(text);
  }

  static bool offers(const Reply& reply, std::string_view extension) {
    std::string text = "\n" + reply.text;
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text.find("\n" + std::string(extension) + "\n") != std::string::npos;
  }

  ClientStream& stream_;
  const AlertChannel& channel_;
  const Secret& password_;
  const std::string& hostname_;
};

class SmtpSender final : public AlertSender {
 public:
  SmtpSender(const AlertChannel& channel, Secret password, std::string hostname)
      : channel_(channel), password_(std::move(password)), hostname_(std::move(hostname)) {}

  SendOutcome send(const Alert& alert, Timestamp now) override {
    const auto sent = attempt(alert, now);
    if (sent) return {};
    const bool is_refused = sent.error().kind == Error::Kind::forbidden;
    return {is_refused ? SendOutcome::Kind::refused : SendOutcome::Kind::later,
            sent.error().message, std::nullopt};
  }

 private:
  Result<void> attempt(const Alert& alert, Timestamp now) {
    const auto server = parse_server_name(channel_.server);
    if (!server) return server.error();
    auto stream = ClientStream::connect(*server);
    if (!stream) return stream.error();
    return SmtpSession(**stream, channel_, password_, hostname_).send(alert, now);
  }

  AlertChannel channel_;
  Secret password_;
  std::string hostname_;
};

}  // namespace

std::unique_ptr<AlertSender> make_smtp_sender(const AlertChannel& channel, Secret password,
                                              std::string hostname) {
  return std::make_unique<SmtpSender>(channel, std::move(password), std::move(hostname));
}

}  // namespace secondlook
