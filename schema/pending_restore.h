// The last part of bringing a backup back, which `restore-backup` begins and, where it was cut off,
// remediation ends at its start: the restored database stands whole and synced beside the old one,
// under a name of its own, and that name is the decision. Before it the old database is in force
// with all it knows, its -wal included; from then on the restored one will be.
//
// The old -wal cannot stay until the new database has its place: SQLite would write it into that.
// And without it the old database is not whole. So neither can simply go first.
#pragma once

#include <string>

#include "base/result.h"

namespace secondlook {

// DATABASE.restored
std::string pending_restore_path(const std::string& database);

// Puts it in place of `database`: true; there is none: false. Nobody may have either open: to be
// called under lock_database alone. Cut off anywhere, calling it again ends it.
Result<bool> finish_pending_restore(const std::string& database);

}  // namespace secondlook
