// Accepts peers on all listening sockets, turns away those who may not come or are too many, and
// ends the sessions when the process is to stop.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include "base/result.h"
#include "journal_ingest/connection.h"
#include "journal_ingest/permitted_networks.h"
#include "journal_ingest/session_count.h"
#include "journal_ingest/turned_away.h"

namespace secondlook {

// A socket that listens on "127.0.0.1:25", "[::]:25" (IPv4, too) or "localhost:0" (any port).
Result<asio::ip::tcp::acceptor> open_listening_socket(asio::io_context& io,
                                                      const std::string& address);
// One that the supervisor opened and this process inherited.
Result<asio::ip::tcp::acceptor> adopt_listening_socket(asio::io_context& io, int descriptor);
// "127.0.0.1:2525".
std::string name_of(const asio::ip::tcp::acceptor& acceptor);

class Listener {
 public:
  struct Settings {
    SessionLimits limits;
    PermittedNetworks permitted;
    std::chrono::seconds grace{30};  // for messages under way when the process stops
  };
  // `io` must outlive it.
  Listener(asio::io_context& io, std::shared_ptr<const ReceptionContext> context, Settings settings,
           std::vector<asio::ip::tcp::acceptor> acceptors);

  void start();
  // For those who come from now on; sessions go on with what they began with. The grace stays.
  void reload(std::shared_ptr<const ReceptionContext> context, Settings settings);
  std::size_t sessions() const { return count_.in_all(); }
  // Accepts nobody any more; `stopped` is called when the last session has ended, after the grace
  // in any case.
  void stop(std::function<void()> stopped);

 private:
  void accept_next(asio::ip::tcp::acceptor& acceptor);
  void welcome(asio::ip::tcp::socket socket);
  void turn_away(asio::ip::tcp::socket socket, const std::string& peer, const char* because);
  void forget(Connection* connection, const asio::ip::address& peer);
  void finish();

  asio::io_context& io_;
  std::shared_ptr<const ReceptionContext> context_;
  Settings settings_;
  std::vector<asio::ip::tcp::acceptor> acceptors_;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
  SessionCount count_;
  TurnedAway turned_away_;
  asio::steady_timer pause_;  // after a failed accept
  asio::steady_timer grace_;
  std::function<void()> stopped_;
  bool stopping_ = false;
};

}  // namespace secondlook
