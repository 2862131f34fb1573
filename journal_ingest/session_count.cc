#include "journal_ingest/session_count.h"

#include <algorithm>

#include "journal_ingest/permitted_networks.h"

namespace secondlook {

std::string peer_of(const asio::ip::address& address) {
  const auto plain = without_mapping(address);
  if (plain.is_v4()) return plain.to_string();
  auto bytes = plain.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return asio::ip::address_v6(bytes).to_string() + "/64";
}

const char* SessionCount::enter(const asio::ip::address& peer, const SessionLimits& limits) {
  if (in_all_ >= limits.in_all) return "max_sessions reached";
  const std::string name = peer_of(peer);
  const auto found = of_peer_.find(name);
  if (found != of_peer_.end() && found->second >= limits.of_peer)
    return "max_sessions_per_peer reached";
  ++of_peer_[name];
  ++in_all_;
  return nullptr;
}

void SessionCount::leave(const asio::ip::address& peer) {
  const auto found = of_peer_.find(peer_of(peer));
  if (found == of_peer_.end()) return;
  --in_all_;
  if (--found->second == 0) of_peer_.erase(found);
}

std::size_t SessionCount::of_peer(const asio::ip::address& peer) const {
  const auto found = of_peer_.find(peer_of(peer));
  return found == of_peer_.end() ? 0 : found->second;
}

}  // namespace secondlook
