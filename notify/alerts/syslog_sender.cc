#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/system_error.h"
#include "notify/alerts/alert_messages.h"
#include "notify/alerts/alert_sender.h"
#include "notify/alerts/client_stream.h"

namespace secondlook {
namespace {

// Long enough for an answer of this machine or this network that nobody listens.
constexpr int kRefusalMilliseconds = 200;

Result<void> send_datagram_to(const addrinfo& address, const std::string& message) {
  const FileDescriptor socket(::socket(address.ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return last_system_error("socket");
  if (::connect(socket.number(), address.ai_addr, address.ai_addrlen) != 0)
    return last_system_error("connect");
  if (::send(socket.number(), message.data(), message.size(), MSG_NOSIGNAL) < 0)
    return last_system_error("send");
  // Nothing says that it arrived, but ICMP may say that it did not.
  pollfd refused{socket.number(), 0, 0};
  if (::poll(&refused, 1, kRefusalMilliseconds) <= 0) return {};
  int failure = 0;
  socklen_t length = sizeof failure;
  ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &failure, &length);
  return failure == 0 ? Result<void>() : system_error("send", failure);
}

// To the first address that can be sent to and does not refuse it.
Result<void> send_datagram(const ServerName& server, const std::string& message) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(server.host.c_str(), server.port.c_str(), &hints, &found);
  if (code != 0) return temporary(server.host + ": " + ::gai_strerror(code));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  Result<void> sent = temporary("no address");
  for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next)
    if (sent = send_datagram_to(*one, message); sent) return sent;
  return within(server.host, sent.error());
}

// A connection for each message: alerts are seldom, and a kept one that died swallows the next one
// without a word. Syslog has no answer; an orderly end of the connection is the most that there is.
class SyslogSender final : public AlertSender {
 public:
  SyslogSender(const AlertChannel& channel, std::string hostname)
      : channel_(channel), hostname_(std::move(hostname)) {}

  SendOutcome send(const Alert& alert, Timestamp) override {
    const auto sent = send_message(syslog_message(
        alert, channel_.format == "cef" ? SyslogFormat::cef : SyslogFormat::rfc5424, hostname_));
    if (sent) return {};
    return {SendOutcome::Kind::later, sent.error().message, std::nullopt};
  }

 private:
  Result<void> send_message(const std::string& message) const {
    const auto server = parse_server_name(channel_.server);
    if (!server) return server.error();
    if (channel_.transport == "udp") return send_datagram(*server, message);
    auto stream = ClientStream::connect(*server);
    if (!stream) return stream.error();
    if (channel_.transport == "tls")
      if (auto encrypted = (*stream)->start_tls(channel_.ca_file); !encrypted) return encrypted;
    if (auto written = (*stream)->write(counted_frame(message)); !written) return written;
    return (*stream)->finish();
  }

  AlertChannel channel_;
  std::string hostname_;
};

}  // namespace

std::unique_ptr<AlertSender> make_syslog_sender(const AlertChannel& channel, std::string hostname) {
  return std::make_unique<SyslogSender>(channel, std::move(hostname));
}

}  // namespace secondlook
