// IP addresses as header fields write them, and sets of networks as `trusted_networks` writes them
// (Mail::SpamAssassin::Conf): "192.0.2.0/24", "10.", "!10.9.8.7", "[2001:db8::]/32". IPv4 is kept
// as IPv4 mapped into IPv6, so that "::ffff:192.0.2.1" and "192.0.2.1" are one address.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

using IpAddress = std::array<unsigned char, 16>;

// Dotted or colon notation, with or without [ ], an "IPv6:" in front and a %zone behind.
std::optional<IpAddress> parse_ip_address(std::string_view text);

bool is_ipv4(const IpAddress& address);

// Not on the public internet: RFC 1918, 1122 (127/8), 3927 (169.254/16), 6598 (100.64/10), ::1 and
// fe80::/10. Not fc00::/7, as in SpamAssassin.
bool is_private_address(const IpAddress& address);

class IpNetworks {
 public:
  // False when `text` is no network. IPv4 may be cut at a dot: "10", "192.168." stand for /8, /16.
  bool add(std::string_view text);

  // The first network added that holds the address decides; "!" in front means it does not count.
  bool contains(const IpAddress& address) const;
  bool is_empty() const { return networks_.empty(); }

 private:
  struct Network {
    IpAddress address{};
    int prefix = 128;  // bits, of the mapped form
    bool excluded = false;
  };
  std::vector<Network> networks_;
};

}  // namespace secondlook
