#include "journal_ingest/listener.h"

#include <utility>

#include <asio/error.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/post.hpp>
#include <asio/socket_base.hpp>
#include <sys/socket.h>

#include "base/log.h"
#include "base/system_error.h"

namespace secondlook {
namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds kPauseAfterFailure{200};

Result<tcp::endpoint> resolve(asio::io_context& io, const std::string& address) {
  const auto colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (colon == std::string::npos || host.empty())
    return malformed("listen: \"" + address + "\" is no host:port");
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  asio::error_code error;
  tcp::resolver resolver(io);
  const auto found =
      resolver.resolve(host, address.substr(colon + 1),
                       tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error || found.empty()) return malformed("listen: \"" + address + "\": " + error.message());
  return found.begin()->endpoint();
}

}  // namespace

Result<tcp::acceptor> open_listening_socket(asio::io_context& io, const std::string& address) {
  auto endpoint = resolve(io, address);
  if (!endpoint) return endpoint.error();
  tcp::acceptor acceptor(io);
  asio::error_code error;
  acceptor.open(endpoint->protocol(), error);
  if (error == asio::error::address_family_not_supported &&
      endpoint->address().is_unspecified()) {  // a machine without IPv6
    endpoint = tcp::endpoint(tcp::v4(), endpoint->port());
    acceptor.open(endpoint->protocol(), error);
  }
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && endpoint->address().is_v6())
    acceptor.set_option(asio::ip::v6_only(!endpoint->address().is_unspecified()), error);
  if (!error) acceptor.bind(*endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return system_error("listen on " + address, error.value());
  return acceptor;
}

Result<tcp::acceptor> adopt_listening_socket(asio::io_context& io, int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0)
    return last_system_error("listening socket " + std::to_string(descriptor));
  tcp::acceptor acceptor(io);
  asio::error_code error;
  acceptor.assign(address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), descriptor, error);
  if (error) return system_error("listening socket " + std::to_string(descriptor), error.value());
  return acceptor;
}

std::string name_of(const tcp::acceptor& acceptor) {
  asio::error_code error;
  const auto endpoint = acceptor.local_endpoint(error);
  if (error) return "?";
  const std::string host = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
         std::to_string(endpoint.port());
}

Listener::Listener(asio::io_context& io, std::shared_ptr<const ReceptionContext> context,
                   Settings settings, std::vector<tcp::acceptor> acceptors)
    : io_(io),
      context_(std::move(context)),
      settings_(std::move(settings)),
      acceptors_(std::move(acceptors)),
      pause_(io),
      grace_(io) {}

void Listener::start() {
  for (tcp::acceptor& acceptor : acceptors_) accept_next(acceptor);
}

void Listener::reload(std::shared_ptr<const ReceptionContext> context, Settings settings) {
  settings.grace = settings_.grace;
  context_ = std::move(context);
  settings_ = std::move(settings);
}

void Listener::accept_next(tcp::acceptor& acceptor) {
  acceptor.async_accept([this, &acceptor](asio::error_code error, tcp::socket socket) {
    if (stopping_) return;
    if (!error) {
      welcome(std::move(socket));
      return accept_next(acceptor);
    }
    if (error == asio::error::connection_aborted) return accept_next(acceptor);
    log_error("peers cannot be accepted", {{"reason", error.message()}});
    pause_.expires_after(kPauseAfterFailure);
    pause_.async_wait([this, &acceptor](asio::error_code) {
      if (!stopping_) accept_next(acceptor);
    });
  });
}

void Listener::welcome(tcp::socket socket) {
  asio::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return;  // gone already
  const std::string peer = without_mapping(endpoint.address()).to_string();
  // A stranger takes no session: it is answered and gone before it could count.
  if (!settings_.permitted.permits(endpoint.address()))
    return turn_away(std::move(socket), peer, "not in permitted_networks");
  if (const char* because = count_.enter(endpoint.address(), settings_.limits))
    return turn_away(std::move(socket), peer, because);
  auto connection = std::make_shared<Connection>(
      context_, std::move(socket), peer,
      [this, address = endpoint.address()](Connection* closed) { forget(closed, address); });
  connections_.emplace(connection.get(), connection);
  context_->writer.figures().sessions.add();
  context_->writer.figures().sessions_open.set(count_.in_all());
  connection->start();
}

// 4xx, for whoever is turned away by a mistake of ours tries again.
void Listener::turn_away(tcp::socket socket, const std::string& peer, const char* because) {
  context_->writer.figures().sessions_turned_away.add();
  if (const auto untold = turned_away_.note(peer, context_->clock.steady()))
    log_error(
        "peer turned away",
        {{"peer", peer}, {"reason", because}, {"others_since_last_line", std::to_string(*untold)}});
  const std::string reply = "421 4.3.2 " + context_->session.hostname + " try again later\r\n";
  asio::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(reply), ignored);
  socket.shutdown(tcp::socket::shutdown_both, ignored);
}

void Listener::forget(Connection* connection, const asio::ip::address& peer) {
  connections_.erase(connection);
  count_.leave(peer);
  context_->writer.figures().sessions_open.set(count_.in_all());
  if (stopping_ && connections_.empty()) finish();
}

void Listener::stop(std::function<void()> stopped) {
  if (stopping_) return;
  stopping_ = true;
  stopped_ = std::move(stopped);
  asio::error_code ignored;
  pause_.cancel();
  for (tcp::acceptor& acceptor : acceptors_) acceptor.close(ignored);
  if (connections_.empty()) return finish();
  const auto connections = connections_;  // each may leave while it is told
  for (const auto& one : connections) one.second->shut_down();
  grace_.expires_after(settings_.grace);
  grace_.async_wait([this](asio::error_code error) {
    if (error) return;
    log_warning("sessions cut off", {{"count", std::to_string(connections_.size())}});
    const auto left = connections_;
    for (const auto& one : left) one.second->abort();
    finish();
  });
}

void Listener::finish() {
  grace_.cancel();
  if (stopped_) asio::post(io_, std::exchange(stopped_, nullptr));
}

}  // namespace secondlook
