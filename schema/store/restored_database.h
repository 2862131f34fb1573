// What a copy from a backup needs before the service may go on with it.
#pragma once

#include <string>

#include "base/result.h"
#include "schema/store/audit.h"
#include "schema/store/database_copy.h"

namespace secondlook {

struct Restoration {
  // Ids up to these may have named something since the copy was made: new ones begin above.
  GivenIds ids;
  AuditEntry entry;   // the restoring itself, into the audit's chain
  std::string brake;  // why automatic removal waits for `resume`; empty: it goes on
  Timestamp at{};
};

// Brings `path` to today's schema and writes the above into it. One file without -wal and -shm,
// synced, afterwards. The file must be whole (read_database_facts) and nobody else's.
Result<void> make_ready(const std::string& path, const Restoration& restoration);

}  // namespace secondlook
