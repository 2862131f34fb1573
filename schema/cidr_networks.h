// Sets of IPv4 and IPv6 networks in CIDR notation, and whether an address lies in them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace secondlook {

class CidrNetworks {
 public:
  // "192.0.2.0/24", "2001:db8::/32", or a bare address. malformed names the text that is none.
  static Result<CidrNetworks> parse(const std::vector<std::string>& networks);

  // False for what is no address, and where there is no network. A v4-mapped IPv6 address counts as
  // the IPv4 address it is.
  bool contain(std::string_view address) const;

 private:
  using Bytes = std::array<std::uint8_t, 16>;  // IPv4 as v4-mapped
  struct Network {
    Bytes prefix{};
    unsigned length = 0;  // bits of 128
  };
  std::vector<Network> networks_;
};

}  // namespace secondlook
