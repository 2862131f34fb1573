#include "cli/listening_sockets.h"

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <memory>
#include <thread>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

constexpr int kQueue = 1024;
constexpr std::chrono::milliseconds kPause{50};

struct HostAndPort {
  std::string host;
  std::string port;
};

Result<HostAndPort> split(const std::string& address) {
  const auto wrong = [&] {
    return malformed("[smtp] listen: \"" + address + "\" is not \"host:port\" (IPv6 in brackets)");
  };
  const auto colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return wrong();
  HostAndPort parts{address.substr(0, colon), address.substr(colon + 1)};
  if (parts.host.starts_with('[') && parts.host.ends_with(']'))
    parts.host = parts.host.substr(1, parts.host.size() - 2);
  else if (parts.host.find(':') != std::string::npos)
    return wrong();
  std::uint16_t port = 0;
  const char* end = parts.port.data() + parts.port.size();
  const auto [stopped, error] = std::from_chars(parts.port.data(), end, port);
  if (error != std::errc() || stopped != end) return wrong();
  return parts;
}

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Result<AddressList> resolve(const std::string& address) {
  const auto parts = split(address);
  if (!parts) return parts.error();
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(parts->host.c_str(), parts->port.c_str(), &wanted, &found);
      code != 0)
    return malformed("[smtp] listen: " + address + ": " + ::gai_strerror(code));
  return AddressList(found, &::freeaddrinfo);
}

std::string bound_address(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (::getsockname(socket, any, &size) != 0 ||
      ::getnameinfo(any, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return "";
  const std::string text = host;
  return (address.ss_family == AF_INET6 ? "[" + text + "]" : text) + ":" + port;
}

Result<ListeningSocket> bind_once(const addrinfo& where, const std::string& address) {
  FileDescriptor socket(
      ::socket(where.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!socket.is_open()) return last_system_error("socket for " + address);
  const int on = 1;
  const int off = 0;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (where.ai_family == AF_INET6)
    ::setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (::bind(socket.number(), where.ai_addr, where.ai_addrlen) != 0 ||
      ::listen(socket.number(), kQueue) != 0)
    return last_system_error("listen on " + address);
  std::string bound = bound_address(socket.number());
  return ListeningSocket{std::move(socket), std::move(bound)};
}

}  // namespace

Result<ListeningSocket> listen_on(const std::string& address, std::chrono::milliseconds patience) {
  const auto addresses = resolve(address);
  if (!addresses) return addresses.error();
  for (auto waited = std::chrono::milliseconds(0);; waited += kPause) {
    auto socket = bind_once(**addresses, address);
    if (socket || socket.error().kind != Error::Kind::temporary || waited >= patience)
      return socket;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace secondlook
