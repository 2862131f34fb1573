// Which peers may speak to us: [smtp] permitted_networks, CIDR of IPv4 and IPv6.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <asio/ip/address.hpp>

#include "base/result.h"

namespace secondlook {

class PermittedNetworks {
 public:
  // "192.0.2.0/24", "2001:db8::/32", or a bare address; none: every peer is permitted. malformed
  // names the text that is no network.
  static Result<PermittedNetworks> parse(const std::vector<std::string>& networks);

  // A v4-mapped IPv6 address counts as the IPv4 address it is.
  bool permits(const asio::ip::address& peer) const;

 private:
  struct Network {
    asio::ip::address_v6 prefix;  // IPv4 as v4-mapped
    unsigned length = 0;          // bits of 128
  };
  static Result<Network> parse_network(const std::string& text);
  std::vector<Network> networks_;
};

// 192.0.2.1 for ::ffff:192.0.2.1, others as they are.
asio::ip::address without_mapping(const asio::ip::address& address);

}  // namespace secondlook
