#include "notify/listening_socket.h"

#include <charconv>
#include <cstdint>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

constexpr int kBacklog = 16;

struct Endpoint {
  bool is_v6 = false;
  std::uint16_t port = 0;
  in_addr_t v4 = INADDR_LOOPBACK;
};

Result<Endpoint> parse(const std::string& address) {
  const auto colon = address.rfind(':');
  const std::string host = address.substr(0, colon);
  Endpoint endpoint;
  const char* const begin = address.data() + (colon == std::string::npos ? 0 : colon + 1);
  const char* const end = address.data() + address.size();
  const auto [stopped, error] = std::from_chars(begin, end, endpoint.port);
  if (colon == std::string::npos || error != std::errc() || stopped != end)
    return malformed("\"" + address + "\" is no host:port");
  if (host == "localhost") return endpoint;
  endpoint.is_v6 = host == "[::1]";
  if (endpoint.is_v6) return endpoint;
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) != 1 || (ntohl(v4.s_addr) >> 24U) != 127)
    return malformed("\"" + address + "\" is not on loopback");
  endpoint.v4 = ntohl(v4.s_addr);
  return endpoint;
}

Result<void> bind_to(int socket, const Endpoint& endpoint) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(endpoint.port);
  v4.sin_addr.s_addr = htonl(endpoint.v4);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(endpoint.port);
  v6.sin6_addr = in6addr_loopback;
  const int bound = endpoint.is_v6
                        ? ::bind(socket, reinterpret_cast<const sockaddr*>(&v6), sizeof v6)
                        : ::bind(socket, reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  if (bound != 0) return last_system_error("bind");
  return {};
}

std::string name_of(int socket) {
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &length) != 0) return "?";
  if (bound.ss_family == AF_INET6)
    return "[::1]:" + std::to_string(ntohs(reinterpret_cast<const sockaddr_in6&>(bound).sin6_port));
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(bound);
  char text[INET_ADDRSTRLEN] = {};
  ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  return std::string(text) + ":" + std::to_string(ntohs(v4.sin_port));
}

}  // namespace

Result<ListeningMetricsSocket> listen_for_metrics(const std::string& address) {
  const auto endpoint = parse(address);
  if (!endpoint) return within("[metrics] listen", endpoint.error());
  FileDescriptor socket(::socket(endpoint->is_v6 ? AF_INET6 : AF_INET,
                                 SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return last_system_error("socket");
  const int on = 1;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (auto bound = bind_to(socket.number(), *endpoint); !bound)
    return within("[metrics] listen " + address, bound.error());
  if (::listen(socket.number(), kBacklog) != 0) return last_system_error("listen on " + address);
  std::string name = name_of(socket.number());
  return ListeningMetricsSocket{std::move(socket), std::move(name)};
}

}  // namespace secondlook
