#include "tests/support/scripted_smtp_server.h"

#include <stdexcept>

namespace secondlook {

namespace {

using namespace std::chrono_literals;

TcpListener listen_or_throw(std::uint16_t port) {
  auto listener = TcpListener::listen(port);
  if (!listener) throw std::runtime_error(listener.error().message);
  return *std::move(listener);
}

std::string unstuffed(const std::string& data) {
  std::string mail;
  bool at_line_start = true;
  for (const char letter : data) {
    if (!(at_line_start && letter == '.')) mail += letter;
    at_line_start = letter == '\n';
  }
  return mail;
}

}  // namespace

ScriptedSmtpServer::ScriptedSmtpServer(Script script, std::uint16_t port)
    : listener_(listen_or_throw(port)), script_(std::move(script)) {
  accepting_ = std::thread([this] { accept_connections(); });
}

ScriptedSmtpServer::~ScriptedSmtpServer() {
  is_stopping_ = true;
  accepting_.join();
  for (std::thread& connection : connections_) connection.join();
}

std::vector<std::string> ScriptedSmtpServer::accepted() const {
  const std::scoped_lock lock(mutex_);
  return accepted_;
}

std::vector<std::string> ScriptedSmtpServer::commands() const {
  const std::scoped_lock lock(mutex_);
  return commands_;
}

void ScriptedSmtpServer::accept_connections() {
  while (!is_stopping_) {
    auto stream = listener_.accept(20ms);
    if (!stream) continue;
    connections_.emplace_back(
        [this, kept = std::make_shared<TcpStream>(*std::move(stream))] { serve(*kept); });
  }
}

void ScriptedSmtpServer::serve(TcpStream& stream) {
  (void)stream.write_all("220 scripted\r\n", 5s);
  std::string bytes;
  while (!is_stopping_) {
    const std::size_t end = bytes.find("\r\n");
    if (end == bytes.npos) {
      const auto more = stream.read_some(20ms);
      if (more && more->empty()) return;
      if (more) bytes += *more;
      continue;
    }
    const std::string line = bytes.substr(0, end);
    bytes.erase(0, end + 2);
    if (!answer(stream, line)) return;
    if (line == "DATA" && !take_mail(stream, bytes)) return;
  }
}

bool ScriptedSmtpServer::answer(TcpStream& stream, const std::string& line) {
  {
    const std::scoped_lock lock(mutex_);
    commands_.push_back(line);
  }
  std::string reply = "250 fine\r\n";
  if (line.starts_with("EHLO")) reply = "250-scripted\r\n250-PIPELINING\r\n250 8BITMIME\r\n";
  if (line == "DATA") reply = "354 go on\r\n";
  if (line.starts_with("RCPT") && line.find("nobody@") != line.npos) reply = "550 no relay\r\n";
  if (line == "QUIT") reply = "221 bye\r\n";
  return stream.write_all(reply, 5s).has_value() && line != "QUIT";
}

bool ScriptedSmtpServer::take_mail(TcpStream& stream, std::string& bytes) {
  std::string data = "\r\n" + bytes;  // so that an empty mail ends like any other
  while (data.find("\r\n.\r\n") == data.npos) {
    const auto more = stream.read_some(20ms);
    if (is_stopping_ || (more && more->empty())) return false;
    if (more) data += *more;
  }
  const std::size_t end = data.find("\r\n.\r\n");
  bytes = data.substr(end + 5);
  const std::scoped_lock lock(mutex_);
  switch (script_(++mails_)) {
    case Answer::drop_before_reply: return false;
    case Answer::refuse_temporarily: return stream.write_all("451 later\r\n", 5s).has_value();
    case Answer::accept: break;
  }
  accepted_.push_back(unstuffed(data.substr(2, end)));
  return stream.write_all("250 safe\r\n", 5s).has_value();
}

}  // namespace secondlook
