// Generations of a directory, and what is remembered beside its objects.
#include <algorithm>

#include "schema/store/directory.h"
#include "schema/store/sqlite_connection.h"

namespace secondlook {
namespace {

Result<void> done(const Result<std::int64_t>& run) {
  if (!run) return within("directory", run.error());
  return {};
}

void add_count(DirectoryCounts& counts, std::string_view kind, std::uint64_t count) {
  if (kind == "user") counts.users += count;
  if (kind == "guest") counts.guests += count;
  if (kind == "group" || kind == "unified_group") counts.groups += count;
  if (kind == "contact") counts.contacts += count;
}

}  // namespace

std::string_view name_of(OverrideSetting setting) {
  switch (setting) {
    case OverrideSetting::include: return "include";
    case OverrideSetting::exclude: return "exclude";
    case OverrideSetting::protect: return "protect";
    case OverrideSetting::external: return "external";
    case OverrideSetting::group: return "group";
    case OverrideSetting::contact: return "contact";
    case OverrideSetting::public_folder: return "public_folder";
  }
  return "exclude";
}

std::optional<OverrideSetting> parse_override_setting(std::string_view name) {
  for (const OverrideSetting setting :
       {OverrideSetting::include, OverrideSetting::exclude, OverrideSetting::protect,
        OverrideSetting::external, OverrideSetting::group, OverrideSetting::contact,
        OverrideSetting::public_folder})
    if (name == name_of(setting)) return setting;
  return std::nullopt;
}

Result<DirectoryState> StoredDirectory::state(const std::string& tenant) {
  DirectoryState state;
  auto read = for_each_row(
      connection_.query("SELECT generation, shape, user_link, group_link, contact_link, full_at, "
                        "synced_at, failed_at, error, users, guests, groups, contacts, addresses "
                        "FROM directories WHERE tenant = ?",
                        tenant),
      [&](const Statement& row) {
        state.generation = row.maybe_integer(0);
        state.shape = row.text(1);
        state.links = {row.text(2), row.text(3), row.text(4)};
        state.full_at = row.maybe_time(5);
        state.synced_at = row.maybe_time(6);
        state.failed_at = row.maybe_time(7);
        state.error = row.text(8);
        const auto number = [&](int column) {
          return static_cast<std::uint64_t>(row.integer(column));
        };
        state.counts = {number(9), number(10), number(11), number(12), number(13)};
      });
  if (!read) return within("directory", read.error());
  return state;
}

Result<DirectoryCounts> StoredDirectory::count(Generation generation) {
  DirectoryCounts counts;
  auto read = for_each_row(
      connection_.query(
          "SELECT kind, count(*) FROM directory_objects WHERE generation = ? GROUP BY kind",
          generation),
      [&](const Statement& row) {
        add_count(counts, row.text(0), static_cast<std::uint64_t>(row.integer(1)));
      });
  if (!read) return within("directory", read.error());
  const auto addresses = connection_.integer(
      "SELECT count(*) FROM directory_addresses WHERE generation = ? AND position >= 0",
      generation);
  if (!addresses) return addresses.error();
  counts.addresses = static_cast<std::uint64_t>(addresses->value_or(0));
  return counts;
}

Result<Generation> StoredDirectory::begin_generation(const std::string& tenant) {
  const auto added =
      connection_.run("INSERT INTO directory_generations (tenant) VALUES (?)", tenant);
  if (!added) return within("directory", added.error());
  return connection_.last_row_id();
}

Result<void> StoredDirectory::publish(const std::string& tenant, Generation generation,
                                      const std::string& shape, const DirectoryLinks& links,
                                      bool full, Timestamp now) {
  const auto counts = count(generation);
  if (!counts) return counts.error();
  return done(connection_.run(
      "INSERT INTO directories (tenant, generation, shape, user_link, group_link, contact_link, "
      "full_at, synced_at, failed_at, error, users, guests, groups, contacts, addresses) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL, '', ?9, ?10, ?11, ?12, ?13) "
      "ON CONFLICT (tenant) DO UPDATE SET generation = ?2, shape = ?3, user_link = ?4, "
      "group_link = ?5, contact_link = ?6, full_at = coalesce(?7, full_at), synced_at = ?8, "
      "failed_at = NULL, error = '', users = ?9, guests = ?10, groups = ?11, contacts = ?12, "
      "addresses = ?13",
      tenant, generation, shape, links.users, links.groups, links.contacts,
      full ? std::optional(now) : std::nullopt, now, counts->users, counts->guests, counts->groups,
      counts->contacts, counts->addresses));
}

Result<void> StoredDirectory::note_failure(const std::string& tenant, std::string_view error,
                                           Timestamp now) {
  return done(
      connection_.run("INSERT INTO directories (tenant, failed_at, error) VALUES (?1, ?2, ?3) "
                      "ON CONFLICT (tenant) DO UPDATE SET failed_at = ?2, error = ?3",
                      tenant, now, error));
}

Result<bool> StoredDirectory::drop_unused(const std::string& tenant, std::optional<Generation> keep,
                                          std::size_t limit) {
  const auto unused = connection_.integer(
      "SELECT id FROM directory_generations WHERE tenant = ? AND id <> ? AND id NOT IN "
      "(SELECT generation FROM directories WHERE generation IS NOT NULL) LIMIT 1",
      tenant, keep.value_or(-1));
  if (!unused) return within("directory", unused.error());
  if (!*unused) return false;
  const Generation generation = **unused;
  const auto most = static_cast<std::int64_t>(limit);
  std::int64_t gone = 0;
  const auto drop = [&](const char* sql) -> Result<void> {
    const auto some = connection_.run(sql, generation, most);
    if (!some) return within("directory", some.error());
    gone += *some;
    return {};
  };
  // Rows without a rowid are named by their whole keys.
  for (const char* sql :
       {"DELETE FROM directory_addresses WHERE (generation, address, object) IN (SELECT "
        "generation, address, object FROM directory_addresses WHERE generation = ? LIMIT ?)",
        "DELETE FROM directory_members WHERE (generation, member, container) IN (SELECT "
        "generation, member, container FROM directory_members WHERE generation = ? LIMIT ?)",
        "DELETE FROM directory_objects WHERE (generation, id) IN (SELECT generation, id FROM "
        "directory_objects WHERE generation = ? LIMIT ?)"})
    if (auto dropped = drop(sql); !dropped) return dropped.error();
  if (gone > 0) return true;
  const auto last = connection_.run("DELETE FROM directory_generations WHERE id = ?", generation);
  if (!last) return within("directory", last.error());
  return true;
}

Result<std::vector<DirectoryOverride>> StoredDirectory::overrides(const std::string& tenant) {
  std::vector<DirectoryOverride> overrides;
  auto read = for_each_row(
      connection_.query("SELECT address, setting, note FROM directory_overrides WHERE tenant = ? "
                        "ORDER BY address",
                        tenant),
      [&](const Statement& row) {
        if (const auto setting = parse_override_setting(row.text(1)))
          overrides.push_back({row.text(0), *setting, row.text(2)});
      });
  if (!read) return within("directory", read.error());
  return overrides;
}

Result<std::optional<DirectoryOverride>> StoredDirectory::override_of(const std::string& tenant,
                                                                      std::string_view address) {
  std::optional<DirectoryOverride> found;
  auto read =
      for_each_row(connection_.query("SELECT address, setting, note FROM directory_overrides WHERE "
                                     "tenant = ? AND address = ?",
                                     tenant, address_key(address)),
                   [&](const Statement& row) {
                     if (const auto setting = parse_override_setting(row.text(1)))
                       found = {row.text(0), *setting, row.text(2)};
                   });
  if (!read) return within("directory", read.error());
  return found;
}

Result<void> StoredDirectory::replace_overrides(const std::string& tenant,
                                                const std::vector<DirectoryOverride>& overrides) {
  if (auto gone = done(connection_.run("DELETE FROM directory_overrides WHERE tenant = ?", tenant));
      !gone)
    return gone;
  for (const DirectoryOverride& one : overrides)
    if (auto added = done(connection_.run(
            "INSERT INTO directory_overrides (tenant, address, setting, note) VALUES (?, ?, ?, ?)",
            tenant, one.address, name_of(one.setting), one.note));
        !added)
      return added;
  return {};
}

Result<void> StoredDirectory::note_stranger(const std::string& tenant, std::string_view address,
                                            Timestamp now) {
  const std::string key = address_key(address);
  const auto again = connection_.run(
      "UPDATE directory_strangers SET last_seen = ?, messages = messages + 1 WHERE tenant = ? AND "
      "address = ?",
      now, tenant, key);
  if (!again || *again > 0) return done(again);
  return done(connection_.run(
      "INSERT INTO directory_strangers (tenant, address, first_seen, last_seen, messages) "
      "SELECT ?1, ?2, ?3, ?3, 1 WHERE (SELECT count(*) FROM directory_strangers WHERE "
      "tenant = ?1) < ?4",
      tenant, key, now, kMostStrangers));
}

Result<std::vector<DirectoryStranger>> StoredDirectory::strangers(const std::string& tenant,
                                                                  std::size_t most) {
  std::vector<DirectoryStranger> strangers;
  auto read = for_each_row(
      connection_.query("SELECT address, first_seen, last_seen, messages FROM directory_strangers "
                        "WHERE tenant = ? ORDER BY last_seen DESC, address LIMIT ?",
                        tenant, static_cast<std::int64_t>(most)),
      [&](const Statement& row) {
        strangers.push_back(
            {row.text(0), row.time(1), row.time(2), static_cast<std::uint64_t>(row.integer(3))});
      });
  if (!read) return within("directory", read.error());
  return strangers;
}

Result<std::uint64_t> StoredDirectory::count_strangers(const std::string& tenant) {
  const auto count =
      connection_.integer("SELECT count(*) FROM directory_strangers WHERE tenant = ?", tenant);
  if (!count) return within("directory", count.error());
  return static_cast<std::uint64_t>(count->value_or(0));
}

Result<void> StoredDirectory::forget_known_strangers(const std::string& tenant,
                                                     Generation generation) {
  return done(
      connection_.run("DELETE FROM directory_strangers WHERE tenant = ? AND address IN "
                      "(SELECT address FROM directory_addresses WHERE generation = ?)",
                      tenant, generation));
}

Result<void> StoredDirectory::note_unreachable(const std::string& tenant,
                                               const std::string& user_id, std::string_view reason,
                                               Timestamp until) {
  return done(connection_.run(
      "INSERT OR REPLACE INTO unreachable_mailboxes (tenant, user_id, until, reason) "
      "VALUES (?, ?, ?, ?)",
      tenant, user_id, until, reason));
}

Result<std::optional<std::string>> StoredDirectory::unreachable(const std::string& tenant,
                                                                const std::string& user_id,
                                                                Timestamp now) {
  std::optional<std::string> reason;
  auto read = for_each_row(
      connection_.query("SELECT reason FROM unreachable_mailboxes WHERE tenant = ? AND "
                        "user_id = ? AND until > ?",
                        tenant, user_id, now),
      [&](const Statement& row) { reason = row.text(0); });
  if (!read) return within("directory", read.error());
  return reason;
}

}  // namespace secondlook
