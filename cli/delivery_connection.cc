#include "cli/delivery_connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestLine = 8192;

Result<FileDescriptor> connect_to(const addrinfo& address, std::chrono::seconds patience) {
  FileDescriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return last_system_error("socket");
  const timeval limit{patience.count(), 0};
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO})
    ::setsockopt(socket.number(), SOL_SOCKET, option, &limit, sizeof limit);
  if (::connect(socket.number(), address.ai_addr, address.ai_addrlen) != 0)
    return last_system_error("connect");
  return socket;
}

}  // namespace

Result<DeliveryConnection> DeliveryConnection::open(const std::string& address,
                                                    std::chrono::seconds patience) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return malformed(address + " is no host:port");
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = address.substr(colon + 1);
  if (const int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); code != 0)
    return temporary(address + ": " + ::gai_strerror(code));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  auto socket = connect_to(*found, patience);
  if (!socket) return within(address, temporary(socket.error().message));
  return DeliveryConnection(std::move(*socket));
}

Result<std::string> DeliveryConnection::read_line() {
  for (;;) {
    if (const std::size_t end = received_.find('\n'); end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    if (received_.size() > kLongestLine) return malformed("a reply that does not end");
    std::array<char, 4096> buffer{};
    const auto count =
        tls_ ? SSL_read(tls_.get(), buffer.data(), static_cast<int>(buffer.size()))
             : static_cast<int>(::recv(socket_.number(), buffer.data(), buffer.size(), 0));
    if (count < 0 && errno == EINTR && !tls_) continue;
    if (count <= 0) return temporary("the service closed the connection or does not answer");
    received_.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

Result<void> DeliveryConnection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const int length = static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX));
    const auto count =
        tls_ ? SSL_write(tls_.get(), bytes.data(), length)
             : static_cast<int>(::send(socket_.number(), bytes.data(),
                                       static_cast<std::size_t>(length), MSG_NOSIGNAL));
    if (count < 0 && errno == EINTR && !tls_) continue;
    if (count <= 0) return temporary("the service closed the connection or takes no more");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<void> DeliveryConnection::start_tls() {
  received_.clear();
  context_.reset(SSL_CTX_new(TLS_client_method()));
  tls_.reset(context_ ? SSL_new(context_.get()) : nullptr);
  if (!tls_ || SSL_set_fd(tls_.get(), socket_.number()) != 1 || SSL_connect(tls_.get()) != 1)
    return temporary("TLS with the service failed");
  return {};
}

}  // namespace secondlook
