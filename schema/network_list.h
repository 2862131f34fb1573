// The shipped list of Exchange Online's networks (deploy/config/exchange_online_networks.txt): what
// the name "exchange_online" in [smtp] permitted_networks stands for. Ingest reads it, `doctor`
// looks at its age.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook {

inline constexpr std::string_view kExchangeOnline = "exchange_online";

// share/secondlook/exchange_online_networks.txt of the prefix that this executable stands in.
std::string exchange_online_networks_path();

struct NetworkList {
  Timestamp written{};                // the day that it gives itself
  std::vector<std::string> networks;  // CIDR as they stand there, not looked at: 1 to 1,000

  // Older than 180 days: Microsoft adds networks, and peers from those would be turned away.
  bool is_old(Timestamp now) const;
};

// Lines: empty, "# comment", "written YYYY-MM-DD" (once), or a network. malformed names the line.
Result<NetworkList> parse_network_list(std::string_view text);

}  // namespace secondlook
