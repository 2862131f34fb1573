#include "schema/store/migrations.h"

#include <array>
#include <string>

#include "schema/store/audit_rows.h"
#include "schema/store/rebuild_messages.h"
#include "schema/store/schema_1.h"
#include "schema/store/schema_10.h"
#include "schema/store/schema_11.h"
#include "schema/store/schema_12.h"
#include "schema/store/schema_13.h"
#include "schema/store/schema_14.h"
#include "schema/store/schema_15.h"
#include "schema/store/schema_16.h"
#include "schema/store/schema_17.h"
#include "schema/store/schema_18.h"
#include "schema/store/schema_2.h"
#include "schema/store/schema_3.h"
#include "schema/store/schema_4.h"
#include "schema/store/schema_5.h"
#include "schema/store/schema_6.h"
#include "schema/store/schema_7.h"
#include "schema/store/schema_8.h"
#include "schema/store/schema_9.h"

namespace secondlook {
namespace {

struct Migration {
  const char* sql;
  // What SQL cannot say, behind it in the same transaction.
  Result<void> (*rest)(Connection&) = nullptr;
  // Makes a table anew that others refer to: dropping the old one must not take their rows with it.
  bool is_without_foreign_keys = false;
};

// Append only. The index of a step plus one is the version it leads to.
constexpr std::array kMigrations = {
    Migration{kSchema1},
    Migration{kSchema2},
    Migration{kSchema3},
    Migration{kSchema4},
    Migration{kSchema5, &chain_existing_audit},
    Migration{kSchema6},
    Migration{kSchema7},
    Migration{kSchema8},
    Migration{kSchema9},
    Migration{kSchema10},
    Migration{kSchema11},
    Migration{kSchema12},
    Migration{kSchema13},
    Migration{kSchema14},
    Migration{kSchema15},
    Migration{kSchema16},
    Migration{kSchema17},
    Migration{kSchema18, &rebuild_messages, true},
};

Result<int> schema_version(Connection& connection) {
  const auto version = connection.integer("PRAGMA user_version");
  if (!version) return version.error();
  return static_cast<int>(version->value_or(0));
}

Error newer(int version) {
  return malformed("database: schema version " + std::to_string(version) +
                   " is newer than this program's " + std::to_string(newest_schema_version()) +
                   "; use the newer secondlook");
}

Result<void> take_step(Connection& connection, int version) {
  const Migration& migration = kMigrations[static_cast<std::size_t>(version)];
  // Says nothing inside a transaction.
  if (migration.is_without_foreign_keys)
    if (auto set = connection.execute("PRAGMA foreign_keys=OFF"); !set) return set;
  auto taken = connection.execute(std::string("BEGIN IMMEDIATE;") + migration.sql);
  if (taken && migration.rest != nullptr) taken = migration.rest(connection);
  if (taken)
    taken = connection.execute("PRAGMA user_version=" + std::to_string(version + 1) + ";COMMIT;");
  if (!taken && connection.in_transaction()) [[maybe_unused]]
    const auto back = connection.execute("ROLLBACK");
  if (const auto set = connection.execute("PRAGMA foreign_keys=ON"); taken && !set) return set;
  return taken;
}

}  // namespace

int newest_schema_version() {
  return static_cast<int>(kMigrations.size());
}

Result<void> migrate(Connection& connection) {
  const auto version = schema_version(connection);
  if (!version) return version.error();
  if (*version > newest_schema_version()) return newer(*version);
  if (*version == newest_schema_version()) return {};
  const bool is_new = *version == 0;
  if (!is_new)
    if (auto set = connection.sort_in_files(); !set) return set;
  Result<void> taken;
  for (int step = *version; taken && step < newest_schema_version(); ++step)
    taken = take_step(connection, step);
  if (!is_new)
    if (auto set = connection.sort_in_memory(); taken && !set) return set;
  return taken;
}

Result<void> check_schema_version(Connection& connection) {
  const auto version = schema_version(connection);
  if (!version) return version.error();
  if (*version > newest_schema_version()) return newer(*version);
  if (*version == newest_schema_version()) return {};
  return malformed("database: schema version " + std::to_string(*version) +
                   " is older than this program's " + std::to_string(newest_schema_version()) +
                   "; the service brings it up to date when it starts");
}

}  // namespace secondlook
