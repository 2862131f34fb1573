#include "analyzer/phishing_simulation.h"

#include <algorithm>

#include "analyzer/message/ascii.h"
#include "analyzer/trusted_headers.h"
#include "schema/cidr_networks.h"

namespace secondlook {
namespace {

bool names_connecting_address(std::string_view name) {
  return equals_ignoring_case(name, "X-MS-Exchange-Organization-OriginalClientIPAddress") ||
         equals_ignoring_case(name, "X-MS-Exchange-Organization-ConnectingIP");
}

// Every address that any header names as the one that connected.
std::vector<std::string> connecting_addresses(const ParsedMessage& message) {
  std::vector<std::string> addresses;
  for (const HeaderField& field : message.headers) {
    if (names_connecting_address(field.name))
      addresses.emplace_back(trim(field.value));
    else if (equals_ignoring_case(field.name, "X-Forefront-Antispam-Report"))
      addresses.emplace_back(find_in_antispam_report(field.value, "CIP"));
  }
  return addresses;
}

bool has_header(const ParsedMessage& message, const PhishingSimulation& simulation) {
  return std::ranges::any_of(message.headers, [&](const HeaderField& field) {
    return equals_ignoring_case(field.name, simulation.header_name) &&
           trim(field.value) == simulation.header_value;
  });
}

}  // namespace

bool is_phishing_simulation(const ParsedMessage& original,
                            const std::vector<PhishingSimulation>& simulations,
                            Timestamp received_at) {
  if (simulations.empty()) return false;
  const auto addresses = connecting_addresses(original);
  if (addresses.empty()) return false;
  return std::ranges::any_of(simulations, [&](const PhishingSimulation& simulation) {
    if (received_at >= simulation.expires || !has_header(original, simulation)) return false;
    const auto networks = CidrNetworks::parse(simulation.networks);
    return networks && std::ranges::all_of(addresses, [&](const std::string& address) {
             return networks->contain(address);
           });
  });
}

}  // namespace secondlook
