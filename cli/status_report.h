// What `status` says: the service's own answer, or, while it is down, what the database, the
// journal log and the process table still tell.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/console.h"
#include "schema/configuration.h"

namespace secondlook {

struct StatusReport {
  // One line with every name of DESIGN 6, absent values null, and "service": "running" or
  // "unreachable" with the reason in "because".
  std::string json;
  bool reachable = false;
  Error failure;  // why not, when it is not reachable
};

StatusReport make_status_report(const Configuration& configuration);

// The same for people.
void print_status(const Console& console, const std::string& status_json);

}  // namespace secondlook
