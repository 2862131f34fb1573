// What the migration needs of the audit. For schema/store alone.
#pragma once

#include "schema/store/sqlite_connection.h"

namespace secondlook {

// Gives every row its hash, the oldest first. Inside the migration's transaction.
Result<void> chain_existing_audit(Connection& connection);

}  // namespace secondlook
