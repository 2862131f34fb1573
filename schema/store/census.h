// Which addresses got mail in which month, and what kind of address the directory says they are:
// how many people a licence has to cover, and how many recipients nobody knows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace secondlook {

class Store;

struct CensusRow {
  std::string month;  // "2026-11", by UTC
  std::string tenant;
  // "user" "guest" "group" "contact" by the tenant's directory as it is today; "unknown": in one of
  // the tenant's domains, and not in its directory; "elsewhere": all others.
  std::string kind;
  std::uint64_t addresses = 0;      // that got at least one mail; an alias is an address of its own
  std::uint64_t new_addresses = 0;  // of these: got none in an earlier month that is still kept
};

// By month, newest first, then tenant and kind. As far back as messages are kept. Reads each
// recipient once: a second or two for a million messages.
Result<std::vector<CensusRow>> census(Store& store);

}  // namespace secondlook
