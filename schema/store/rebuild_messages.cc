#include "schema/store/rebuild_messages.h"

#include <array>
#include <string>
#include <vector>

#include "base/hex.h"
#include "base/random.h"
#include "schema/store/schema_18.h"
#include "schema/store/search_index.h"

namespace secondlook {
namespace {

Result<void> make_secret(Connection& connection) {
  std::array<std::uint8_t, 16> bytes{};
  SystemRandom().fill(bytes);
  const auto kept =
      connection.run("INSERT INTO search_state (id, secret) VALUES (1, ?)", to_hex(bytes));
  return kept ? Result<void>() : kept.error();
}

// They go with the table, and are older versions' business.
Result<std::vector<std::string>> triggers_of_messages(Connection& connection) {
  std::vector<std::string> triggers;
  auto read =
      for_each_row(connection.query("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND "
                                    "tbl_name = 'messages' ORDER BY rowid"),
                   [&](const Statement& row) { triggers.push_back(row.text(0)); });
  if (!read) return read.error();
  return triggers;
}

}  // namespace

Result<void> rebuild_messages(Connection& connection) {
  const auto triggers = triggers_of_messages(connection);
  if (!triggers) return triggers.error();
  if (auto rebuilt = connection.execute(kMessages18); !rebuilt) return rebuilt;
  for (const std::string& trigger : *triggers)
    if (auto made = connection.execute(trigger); !made) return made;
  if (auto made = make_secret(connection); !made) return made;
  return index_all_messages(connection);
}

}  // namespace secondlook
