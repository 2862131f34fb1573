// Whom a mail was sent to, and whether a URL carries such an address.
#pragma once

#include <string>
#include <vector>

#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook {

// Lower case, at most 20. Envelope first; a mail without one (a scan of files) says it in To. Nobody is
// named to himself.
std::vector<std::string> recipient_addresses(const ScanContext& context);

// Plain, percent-encoded, base64 or hexadecimal.
bool carries_address(const std::string& url, const std::string& address);

}  // namespace secondlook
