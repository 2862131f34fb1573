#include "journal_ingest/permitted_networks.h"

#include <algorithm>

#include <asio/ip/address_v6.hpp>

#include "journal_ingest/smtp_command.h"

namespace secondlook {
namespace {

constexpr unsigned kMappedBits = 96;

asio::ip::address_v6 widen(const asio::ip::address& address) {
  return address.is_v6() ? address.to_v6()
                         : asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4());
}

bool share_prefix(const asio::ip::address_v6& a, const asio::ip::address_v6& b, unsigned bits) {
  const auto left = a.to_bytes();
  const auto right = b.to_bytes();
  const std::size_t whole = bits / 8;
  if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(whole), right.begin()))
    return false;
  if (bits % 8 == 0) return true;
  return ((left[whole] ^ right[whole]) >> (8 - bits % 8)) == 0;
}

}  // namespace

asio::ip::address without_mapping(const asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

Result<PermittedNetworks::Network> PermittedNetworks::parse_network(const std::string& text) {
  const auto slash = text.find('/');
  asio::error_code error;
  const auto address = asio::ip::make_address(text.substr(0, slash), error);
  if (error) return malformed("permitted_networks: \"" + text + "\" is no network");
  const unsigned most = address.is_v4() ? 32 : 128;
  unsigned length = most;
  if (slash != std::string::npos) {
    const auto number = parse_decimal(std::string_view(text).substr(slash + 1));
    if (!number || *number > most)
      return malformed("permitted_networks: \"" + text + "\" has no prefix of 0 to " +
                       std::to_string(most) + " bits");
    length = static_cast<unsigned>(*number);
  }
  return Network{widen(address), address.is_v4() ? kMappedBits + length : length};
}

Result<PermittedNetworks> PermittedNetworks::parse(const std::vector<std::string>& networks) {
  PermittedNetworks permitted;
  for (const std::string& text : networks) {
    auto network = parse_network(text);
    if (!network) return network.error();
    permitted.networks_.push_back(*network);
  }
  return permitted;
}

bool PermittedNetworks::permits(const asio::ip::address& peer) const {
  const auto wide = widen(peer);
  return networks_.empty() ||
         std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
           return share_prefix(wide, network.prefix, network.length);
         });
}

}  // namespace secondlook
