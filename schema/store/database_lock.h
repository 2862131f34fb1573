// One remediation process a database: two would both resolve a step that stands as `begun`, and
// move a copy twice. The lock is the kernel's (flock): it ends with the process, however that ends,
// and needs no clock and no lease that could run out while its holder waits for Graph.
#pragma once

#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

// Holds "<database>.lock" while the descriptor lives. forbidden: another process holds it.
Result<FileDescriptor> lock_database(const std::string& database);

}  // namespace secondlook
