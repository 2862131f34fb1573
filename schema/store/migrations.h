// The database's schema as a list of steps; PRAGMA user_version counts those that were taken.
#pragma once

#include "base/result.h"
#include "schema/store/sqlite_connection.h"

namespace secondlook {

// How many there are: the user_version of a current database.
int newest_schema_version();

// Takes the missing steps, each in a transaction of its own. A database of a newer secondlook is
// refused (malformed): an old program must not write into what it does not understand.
Result<void> migrate(Connection& connection);

// For readers, who change nothing: malformed unless the version is exactly ours.
Result<void> check_schema_version(Connection& connection);

}  // namespace secondlook
