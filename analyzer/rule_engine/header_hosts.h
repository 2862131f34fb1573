// The header modifiers :host, :domain, :ip and :revip: what of a field's value is a host name or an
// address (Mail::SpamAssassin::Conf, "header").
#pragma once

#include <string>
#include <string_view>

#include "analyzer/rule_engine/stock_evals/stock_settings.h"

namespace secondlook {

// The host behind the last "@", else the first word that is a host name under a known top-level
// domain; "" when there is none. is_address: the value is an address alone.
std::string host_in(std::string_view value, bool is_address, const StockSettings& settings);

// The first IP address as written, or ""; reversed: "4.3.2.1" for 1.2.3.4, nibbles for IPv6.
std::string ip_in(std::string_view value, bool reversed);

}  // namespace secondlook
