#include "tests/support/tcp_stream.h"

#include <array>
#include <cerrno>
#include <memory>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {

namespace {

using std::chrono::milliseconds;

Result<void> wait_for(int descriptor, short events, milliseconds timeout) {
  pollfd entry{descriptor, events, 0};
  const int ready = ::poll(&entry, 1, static_cast<int>(timeout.count()));
  if (ready < 0 && errno != EINTR) return last_system_error("poll");
  if (ready <= 0) return temporary("timeout");
  return {};
}

void answer_at_once(int descriptor) {
  const int yes = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

Result<TcpStream> connect_to(const addrinfo& address, milliseconds timeout) {
  FileDescriptor descriptor(
      ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!descriptor.is_open()) return last_system_error("socket");
  if (::connect(descriptor.number(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return last_system_error("connect");
    if (auto ready = wait_for(descriptor.number(), POLLOUT, timeout); !ready) {
      return within("connect", std::move(ready).error());
    }
    int code = 0;
    socklen_t size = sizeof code;
    ::getsockopt(descriptor.number(), SOL_SOCKET, SO_ERROR, &code, &size);
    if (code != 0) return system_error("connect", code);
  }
  answer_at_once(descriptor.number());
  return TcpStream(std::move(descriptor));
}

}  // namespace

Result<TcpStream> TcpStream::connect(const std::string& host, const std::string& port,
                                     milliseconds timeout) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); code != 0) {
    return temporary("resolve " + host + ": " + ::gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  Error last = temporary("no address");
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    auto stream = connect_to(*address, timeout);
    if (stream) return stream;
    last = std::move(stream).error();
  }
  return within(host + ":" + port, last);
}

Result<std::string> TcpStream::read_some(milliseconds timeout) {
  if (auto ready = wait_for(descriptor_.number(), POLLIN, timeout); !ready) {
    return within("read", std::move(ready).error());
  }
  std::string bytes(std::size_t{64} << 10U, '\0');
  const ssize_t count = ::recv(descriptor_.number(), bytes.data(), bytes.size(), 0);
  if (count < 0) return last_system_error("recv");
  bytes.resize(static_cast<std::size_t>(count));
  return bytes;
}

Result<void> TcpStream::write_all(std::string_view bytes, milliseconds timeout) {
  while (!bytes.empty()) {
    if (auto ready = wait_for(descriptor_.number(), POLLOUT, timeout); !ready) {
      return within("write", std::move(ready).error());
    }
    const ssize_t count =
        ::send(descriptor_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno != EAGAIN) return last_system_error("send");
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

void TcpStream::reset() {
  const linger at_once{1, 0};
  ::setsockopt(descriptor_.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  descriptor_.reset();
}

void TcpStream::shut_down() {
  ::shutdown(descriptor_.number(), SHUT_RDWR);
}

Result<TcpListener> TcpListener::listen(std::uint16_t port) {
  FileDescriptor descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!descriptor.is_open()) return last_system_error("socket");
  const int yes = 1;
  ::setsockopt(descriptor.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(descriptor.number(), plain, size) != 0) return last_system_error("bind");
  if (::listen(descriptor.number(), 128) != 0) return last_system_error("listen");
  if (::getsockname(descriptor.number(), plain, &size) != 0)
    return last_system_error("getsockname");
  return TcpListener(std::move(descriptor), ntohs(address.sin_port));
}

Result<TcpStream> TcpListener::accept(milliseconds timeout) {
  if (auto ready = wait_for(descriptor_.number(), POLLIN, timeout); !ready) {
    return std::move(ready).error();
  }
  FileDescriptor descriptor(::accept4(descriptor_.number(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!descriptor.is_open()) return last_system_error("accept");
  answer_at_once(descriptor.number());
  return TcpStream(std::move(descriptor));
}

Result<std::pair<std::string, std::string>> split_host_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos || colon + 1 == text.size()) {
    return malformed("'" + std::string(text) + "' is not HOST:PORT");
  }
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::pair(std::string(host), std::string(text.substr(colon + 1)));
}

}  // namespace secondlook
