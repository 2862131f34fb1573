// How many sessions there are, in all and of each peer: who may have one more.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include <asio/ip/address.hpp>

namespace secondlook {

struct SessionLimits {
  std::size_t in_all = 1000;  // [smtp] max_sessions
  std::size_t of_peer = 200;  // [smtp] max_sessions_per_peer
};

class SessionCount {
 public:
  // Counts the session and gives nullptr; or the reason, for the log, why it may not be.
  const char* enter(const asio::ip::address& peer, const SessionLimits& limits);
  // Of a session that entered, once.
  void leave(const asio::ip::address& peer);

  std::size_t in_all() const { return in_all_; }
  std::size_t of_peer(const asio::ip::address& peer) const;

 private:
  std::size_t in_all_ = 0;
  std::unordered_map<std::string, std::size_t> of_peer_;  // none with zero
};

// One peer: an IPv4 address, v4-mapped or not; of IPv6 the /64, since who has one address of it has
// all of them.
std::string peer_of(const asio::ip::address& address);

}  // namespace secondlook
