#include "notify/alerts/client_stream.h"

#include <algorithm>
#include <cerrno>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

constexpr std::size_t kLongestLine = 4096;
constexpr std::chrono::milliseconds kPartingTime{300};

Error tls_error(std::string_view what, SSL* tls) {
  const long verified = SSL_get_verify_result(tls);
  if (verified != X509_V_OK)
    return temporary(std::string(what) + ": " + X509_verify_cert_error_string(verified));
  char text[200] = "the connection ended";
  if (const unsigned long code = ERR_get_error(); code != 0)
    ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return temporary(std::string(what) + ": " + text);
}

Result<void> wait_for(int socket, short events, Deadline deadline, std::string_view what) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd one{socket, events, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (ready > 0) return {};
    if (ready == 0) return temporary(std::string(what) + ": no answer in time");
    if (errno != EINTR) return last_system_error(what);
  }
}

Result<FileDescriptor> connect_to(const addrinfo& address, Deadline deadline) {
  FileDescriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return last_system_error("socket");
  if (::connect(socket.number(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return last_system_error("connect");
    if (auto ready = wait_for(socket.number(), POLLOUT, deadline, "connect"); !ready)
      return ready.error();
    int failure = 0;
    socklen_t length = sizeof failure;
    ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &failure, &length);
    if (failure != 0) return system_error("connect", failure);
  }
  return socket;
}

bool is_address(const std::string& host) {
  in6_addr bytes{};
  return ::inet_pton(AF_INET, host.c_str(), &bytes) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &bytes) == 1;
}

// The system's authorities and ca_file.
Result<SSL*> new_tls(const std::string& ca_file) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
  if (!context) return internal("TLS: no context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_default_verify_paths(context.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  // An end without close_notify is an end: whoever waits for a reply takes it for one anyway, and a
  // log server that just closes has taken what was sent. As an error it had each message sent
  // again.
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (!ca_file.empty() && SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1) {
    ERR_clear_error();
    return temporary("ca_file " + ca_file + " cannot be read");
  }
  SSL* tls = SSL_new(context.get());
  if (tls == nullptr) return internal("TLS: no connection");
  return tls;
}

}  // namespace

Result<ServerName> parse_server_name(const std::string& server) {
  const auto colon = server.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == server.size())
    return malformed("\"" + server + "\" is no \"host:port\"");
  ServerName name{server.substr(0, colon), server.substr(colon + 1)};
  if (name.host.starts_with('[') && name.host.ends_with(']'))
    name.host = name.host.substr(1, name.host.size() - 2);
  return name;
}

ClientStream::ClientStream(FileDescriptor socket, ServerName server, StreamPatience patience)
    : socket_(std::move(socket)),
      server_(std::move(server)),
      patience_(patience),
      last_moment_(std::chrono::steady_clock::now() + patience.altogether) {}

ClientStream::~ClientStream() {
  SSL_free(tls_);
}

Result<std::unique_ptr<ClientStream>> ClientStream::connect(const ServerName& server,
                                                            StreamPatience patience) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(server.host.c_str(), server.port.c_str(), &hints, &found);
  if (code != 0) return temporary(server.host + ": " + ::gai_strerror(code));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  const Deadline deadline = std::chrono::steady_clock::now() + patience.step;
  Error failure = temporary("no address");
  for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
    auto socket = connect_to(*one, deadline);
    if (socket)
      return std::unique_ptr<ClientStream>(new ClientStream(std::move(*socket), server, patience));
    failure = socket.error();
  }
  failure.kind = Error::Kind::temporary;
  return within(server.host, failure);
}

Deadline ClientStream::deadline() const {
  return std::min(std::chrono::steady_clock::now() + patience_.step, last_moment_);
}

Result<void> ClientStream::wait(bool for_reading, Deadline until) const {
  return wait_for(socket_.number(), for_reading ? POLLIN : POLLOUT, until, server_.host);
}

Result<void> ClientStream::start_tls(const std::string& ca_file) {
  // What came before the handshake was not protected and may be anybody's (RFC 3207 4.2).
  received_.clear();
  auto made = new_tls(ca_file);
  if (!made) return made.error();
  tls_ = *made;
  SSL_set_fd(tls_, socket_.number());
  if (is_address(server_.host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_), server_.host.c_str());
  } else {
    SSL_set_tlsext_host_name(tls_, server_.host.c_str());
    SSL_set1_host(tls_, server_.host.c_str());
  }
  const Deadline until = deadline();
  for (;;) {
    const int done = SSL_connect(tls_);
    if (done == 1) return {};
    const int reason = SSL_get_error(tls_, done);
    if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE)
      return tls_error("TLS with " + server_.host, tls_);
    if (auto ready = wait(reason == SSL_ERROR_WANT_READ, until); !ready) return ready;
  }
}

Result<void> ClientStream::write(std::string_view bytes) {
  const Deadline until = deadline();
  while (!bytes.empty()) {
    bool for_reading = false;
    std::int64_t sent = 0;
    if (tls_ != nullptr) {
      std::size_t count = 0;
      const int done = SSL_write_ex(tls_, bytes.data(), bytes.size(), &count);
      const int reason = done == 1 ? SSL_ERROR_NONE : SSL_get_error(tls_, done);
      if (reason != SSL_ERROR_NONE && reason != SSL_ERROR_WANT_READ &&
          reason != SSL_ERROR_WANT_WRITE)
        return tls_error("write to " + server_.host, tls_);
      for_reading = reason == SSL_ERROR_WANT_READ;
      sent = done == 1 ? static_cast<std::int64_t>(count) : 0;
    } else {
      sent = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) return last_system_error("write");
      sent = std::max<std::int64_t>(sent, 0);
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
    if (sent == 0)
      if (auto ready = wait(for_reading, until); !ready) return ready;
  }
  return {};
}

Result<std::string> ClientStream::read_some(Deadline until) {
  char buffer[4096];
  for (;;) {
    bool for_reading = true;
    if (tls_ != nullptr) {
      std::size_t count = 0;
      const int done = SSL_read_ex(tls_, buffer, sizeof buffer, &count);
      if (done == 1) return std::string(buffer, count);
      const int reason = SSL_get_error(tls_, done);
      if (reason == SSL_ERROR_ZERO_RETURN) return std::string();
      if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE)
        return tls_error("read from " + server_.host, tls_);
      for_reading = reason == SSL_ERROR_WANT_READ;
    } else {
      const auto count = ::recv(socket_.number(), buffer, sizeof buffer, 0);
      if (count >= 0) return std::string(buffer, static_cast<std::size_t>(count));
      if (errno != EAGAIN && errno != EINTR) return last_system_error("read");
    }
    if (auto ready = wait(for_reading, until); !ready) return ready.error();
  }
}

Result<std::string> ClientStream::read_line() {
  const Deadline until = deadline();
  for (;;) {
    if (const auto end = received_.find('\n'); end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    if (received_.size() > kLongestLine) return temporary(server_.host + ": a line without an end");
    auto more = read_some(until);
    if (!more) return more.error();
    if (more->empty()) return temporary(server_.host + " closed the connection");
    received_ += *more;
  }
}

Result<void> ClientStream::finish() {
  if (tls_ != nullptr) SSL_shutdown(tls_);
  ::shutdown(socket_.number(), SHUT_WR);
  const Deadline until = std::chrono::steady_clock::now() + kPartingTime;
  const auto last = read_some(until);
  if (last || std::chrono::steady_clock::now() >= until) return {};
  return last.error();
}

}  // namespace secondlook
