// The copy of a database that is made before its schema changes: the way back to the program
// before.
#pragma once

#include <string>

#include "base/result.h"
#include "schema/store/sqlite_connection.h"

namespace secondlook {

// "/var/lib/secondlook/database/detections.db.schema-9": a whole database of that version.
std::string migration_copy_path(const std::string& database, int version);

// Makes it where steps are missing (nothing for a new database and for one of today), synced and
// with mode 0640 before the first step is taken. One of the same version, of an earlier try, is
// replaced. temporary: there is no room for it; then no step may be taken.
Result<void> keep_copy_before_migration(Connection& connection, const std::string& database);

}  // namespace secondlook
