#include "analyzer/rule_engine/received/exchange_online.h"

#include <string>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/received/ip_networks.h"

namespace secondlook {
namespace {

bool is_server(std::string_view name) {
  return name.ends_with(".prod.outlook.com") || name.ends_with(".outlook.office365.com");
}

// Microsoft's allocations by ARIN and RIPE, in which the IPv6 networks of Exchange Online lie that
// Microsoft lists (2603:1006::/40 to 2603:1056::/36, 2a01:111:f400::/48, 2a01:111:f403::/48).
bool is_address_of_microsoft(std::string_view text) {
  static const IpNetworks networks = [] {
    IpNetworks all;
    for (const std::string_view network : {"2603:1000::/24", "2a01:111::/32"}) all.add(network);
    return all;
  }();
  const auto address = parse_ip_address(text);
  return address && networks.contains(*address);
}

}  // namespace

bool is_inside_exchange_online(const Relay& relay) {
  const std::string from = to_ascii_lower(relay.helo);
  return is_server(to_ascii_lower(relay.by)) &&
         (is_server(from) || from.ends_with(".prod.protection.outlook.com")) &&
         (relay.ip_private || is_address_of_microsoft(relay.ip));
}

}  // namespace secondlook
