// HELO, EHLO, STARTTLS, RSET, QUIT: what concerns no message.
#include <algorithm>
#include <utility>

#include "journal_ingest/smtp_session.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestName = 255;

// What a peer calls itself goes into the log: nothing but visible ASCII.
std::string printable_name(std::string_view name) {
  std::string result(name.substr(0, std::min(name.find(' '), kLongestName)));
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c <= ' ' || c > '~'; }, '?');
  return result;
}

}  // namespace

void SmtpSession::greet(const SmtpCommand& command) {
  const std::string name = printable_name(command.argument);
  if (name.empty()) return complain("501 5.5.4 say who you are");
  helo_ = name;
  transaction_.reset();
  if (command.verb == "HELO") return reply("250 " + settings_.hostname);
  std::string text = "250-" + settings_.hostname + "\r\n";
  text += "250-SIZE " + std::to_string(settings_.max_message_bytes) + "\r\n";
  if (settings_.offer_tls && tls_version_.empty()) text += "250-STARTTLS\r\n";
  text +=
      "250-PIPELINING\r\n250-8BITMIME\r\n250-BINARYMIME\r\n250-CHUNKING\r\n250-SMTPUTF8\r\n"
      "250-DSN\r\n250 ENHANCEDSTATUSCODES";
  reply(text);
}

void SmtpSession::start_tls(const SmtpCommand& command) {
  if (!settings_.offer_tls) return complain("502 5.5.1 no TLS here");
  if (!tls_version_.empty()) return complain("503 5.5.1 TLS is on already");
  if (!command.argument.empty()) return complain("501 5.5.4 STARTTLS has no parameter");
  reply("220 2.0.0 ready to start TLS");
  mode_ = Mode::tls;
}

void SmtpSession::tls_started(std::string version) {
  tls_version_ = std::move(version);
  helo_.clear();
  line_.clear();
  transaction_.reset();
  mode_ = Mode::commands;
  if (shutting_down_) shut_down();
}

void SmtpSession::reset() {
  transaction_.reset();
  reply("250 2.0.0 ok");
}

void SmtpSession::quit() {
  close_with("221 2.0.0 bye");
}

}  // namespace secondlook
