// What schema_18.h leaves to be done, in the transaction of that step. For migrations.cc alone.
#pragma once

#include "base/result.h"
#include "schema/store/sqlite_connection.h"

namespace secondlook {

// The table of messages with fewer columns and indexes, the secret of the search keys, and the
// index of all messages. Memory does not grow with the database. Foreign keys are off.
Result<void> rebuild_messages(Connection& connection);

}  // namespace secondlook
