#include "schema/store/lists.h"

#include "schema/store/sqlite_connection.h"

namespace secondlook {

Result<void> StoredLists::put(const ListEntry& entry, Timestamp at, const std::string& by) {
  const auto others =
      connection_.integer("SELECT count(*) FROM list_entries WHERE key <> ?", entry.key());
  if (!others) return within("lists", others.error());
  if (static_cast<std::size_t>(others->value_or(0)) >= kMostListEntries)
    return forbidden("there are " + std::to_string(kMostListEntries) + " list entries already");
  const auto put = connection_.run(
      "INSERT INTO list_entries (key, line, added_at, added_by) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (key) DO UPDATE SET line = ?2, added_at = ?3, added_by = ?4",
      entry.key(), to_line(entry), at, by);
  if (!put) return within("lists", put.error());
  return {};
}

Result<bool> StoredLists::remove(const std::string& key) {
  const auto removed = connection_.run("DELETE FROM list_entries WHERE key = ?", key);
  if (!removed) return within("lists", removed.error());
  return *removed > 0;
}

Result<std::vector<StoredListEntry>> StoredLists::all() {
  std::vector<StoredListEntry> entries;
  Result<void> readable;
  auto read = for_each_row(
      connection_.query("SELECT line, added_at, added_by FROM list_entries ORDER BY key"),
      [&](const Statement& row) {
        auto entry = parse_list_entry(row.text(0));
        if (entry)
          entries.push_back({std::move(*entry), row.time(1), row.text(2)});
        else if (readable)
          readable = entry.error();
      });
  if (!read) return within("lists", read.error());
  if (!readable) return within("lists", readable.error());
  return entries;
}

}  // namespace secondlook
