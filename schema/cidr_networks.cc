#include "schema/cidr_networks.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <arpa/inet.h>

namespace secondlook {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr unsigned kMappedBits = 96;

struct Address {
  Bytes bytes{};
  bool is_v4 = false;
};

std::optional<Address> parse_address(const std::string& text) {
  Address address;
  if (::inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
  address.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  address.is_v4 = true;
  if (::inet_pton(AF_INET, text.c_str(), address.bytes.data() + 12) == 1) return address;
  return std::nullopt;
}

bool share_prefix(const Bytes& a, const Bytes& b, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin()))
    return false;
  return bits % 8 == 0 || ((a[whole] ^ b[whole]) >> (8 - bits % 8)) == 0;
}

}  // namespace

Result<CidrNetworks> CidrNetworks::parse(const std::vector<std::string>& networks) {
  CidrNetworks parsed;
  for (const std::string& text : networks) {
    const auto slash = std::min(text.find('/'), text.size());
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return malformed("\"" + text + "\" is no network");
    const unsigned most = address->is_v4 ? 32 : 128;
    unsigned length = most;
    if (slash < text.size()) {
      const char* const end = text.data() + text.size();
      const auto [rest, error] = std::from_chars(text.data() + slash + 1, end, length);
      if (error != std::errc() || rest != end || length > most)
        return malformed("\"" + text + "\" has no prefix of 0 to " + std::to_string(most) +
                         " bits");
    }
    parsed.networks_.push_back({address->bytes, address->is_v4 ? kMappedBits + length : length});
  }
  return parsed;
}

bool CidrNetworks::contain(std::string_view address) const {
  const auto parsed = parse_address(std::string(address));
  return parsed && std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
           return share_prefix(parsed->bytes, network.prefix, network.length);
         });
}

}  // namespace secondlook
