// Objects of a directory as rows, and back.
#include <algorithm>

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "schema/store/directory.h"
#include "schema/store/search_text.h"
#include "schema/store/sqlite_connection.h"

namespace secondlook {
namespace {

constexpr const char* kColumns =
    "o.id, o.kind, o.display_name, o.mail, o.principal_name, o.enabled, o.synced, o.licensed, "
    "o.attributes";

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char letter) { return letter == ' ' || letter == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string to_lines(const std::array<std::string, 15>& attributes) {
  std::string lines;
  for (const std::string& attribute : attributes) lines += attribute + "\n";
  return lines == std::string(attributes.size(), '\n') ? "" : lines;
}

std::array<std::string, 15> from_lines(std::string_view lines) {
  std::array<std::string, 15> attributes;
  for (std::string& attribute : attributes) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    attribute = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return attributes;
}

DirectoryObject to_object(const Statement& row) {
  DirectoryObject object;
  object.id = row.text(0);
  object.kind = parse_directory_kind(row.text(1)).value_or(DirectoryKind::contact);
  object.display_name = row.text(2);
  object.mail = row.text(3);
  object.principal_name = row.text(4);
  object.is_enabled = row.flag(5);
  object.is_synced = row.flag(6);
  object.has_exchange_plan = row.flag(7);
  object.attributes = from_lines(row.text(8));
  return object;
}

}  // namespace

std::string_view name_of(DirectoryKind kind) {
  switch (kind) {
    case DirectoryKind::user: return "user";
    case DirectoryKind::guest: return "guest";
    case DirectoryKind::group: return "group";
    case DirectoryKind::unified_group: return "unified_group";
    case DirectoryKind::contact: return "contact";
  }
  return "contact";
}

std::optional<DirectoryKind> parse_directory_kind(std::string_view name) {
  for (const DirectoryKind kind : {DirectoryKind::user, DirectoryKind::guest, DirectoryKind::group,
                                   DirectoryKind::unified_group, DirectoryKind::contact})
    if (name == name_of(kind)) return kind;
  return std::nullopt;
}

std::string address_key(std::string_view address) {
  address = trimmed(address);
  const bool is_ascii = std::all_of(address.begin(), address.end(), [](char letter) {
    return static_cast<unsigned char>(letter) < 0x80;
  });
  if (is_ascii) return lower_ascii(address);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(status);
  icu::UnicodeString text =
      icu::UnicodeString::fromUTF8({address.data(), static_cast<int32_t>(address.size())});
  if (U_FAILURE(status) || text.indexOf(static_cast<char16_t>(0xFFFD)) >= 0)
    return lower_ascii(address);
  text = nfc->normalize(text.toLower(icu::Locale::getRoot()), status);
  std::string key;
  return U_FAILURE(status) ? lower_ascii(address) : text.toUTF8String(key);
}

Result<std::vector<std::string>> StoredDirectory::addresses_of(Generation generation,
                                                               const std::string& id) {
  std::vector<std::string> addresses;
  auto read = for_each_row(
      connection_.query("SELECT address FROM directory_addresses WHERE generation = ? AND "
                        "object = ? AND position >= 0 ORDER BY position",
                        generation, id),
      [&](const Statement& row) { addresses.push_back(row.text(0)); });
  if (!read) return read.error();
  return addresses;
}

Result<std::vector<DirectoryObject>> StoredDirectory::with_addresses(
    Generation generation, std::vector<DirectoryObject> objects) {
  for (DirectoryObject& object : objects) {
    auto addresses = addresses_of(generation, object.id);
    if (!addresses) return addresses.error();
    object.addresses = std::move(*addresses);
  }
  return objects;
}

Result<std::vector<DirectoryObject>> StoredDirectory::find(Generation generation,
                                                           std::string_view address) {
  static const std::string kSql = std::string("SELECT ") + kColumns +
                                  " FROM directory_addresses AS a JOIN directory_objects AS o "
                                  "ON o.generation = a.generation AND o.id = a.object "
                                  "WHERE a.generation = ? AND a.address = ? ORDER BY o.id LIMIT 8";
  std::vector<DirectoryObject> objects;
  auto read = for_each_row(connection_.query(kSql, generation, address_key(address)),
                           [&](const Statement& row) { objects.push_back(to_object(row)); });
  if (!read) return within("directory", read.error());
  return with_addresses(generation, std::move(objects));
}

Result<std::optional<DirectoryObject>> StoredDirectory::find_by_id(Generation generation,
                                                                   const std::string& id) {
  static const std::string kSql = std::string("SELECT ") + kColumns +
                                  " FROM directory_objects AS o WHERE generation = ? AND id = ?";
  std::optional<DirectoryObject> object;
  auto read = for_each_row(connection_.query(kSql, generation, id),
                           [&](const Statement& row) { object = to_object(row); });
  if (!read) return within("directory", read.error());
  if (!object) return object;
  auto addresses = addresses_of(generation, id);
  if (!addresses) return addresses.error();
  object->addresses = std::move(*addresses);
  return object;
}

Result<std::vector<DirectoryObject>> StoredDirectory::members_of(Generation generation,
                                                                 std::string_view group,
                                                                 std::size_t most) {
  static const std::string kSql =
      std::string(
          "WITH RECURSIVE down (id) AS (SELECT ?2 UNION SELECT object FROM directory_addresses "
          "WHERE generation = ?1 AND address = ?2 UNION SELECT m.member FROM "
          "directory_members AS m JOIN down ON m.container = down.id WHERE m.generation = ?1) "
          "SELECT ") +
      kColumns +
      " FROM directory_objects AS o WHERE generation = ?1 AND id IN (SELECT id FROM down) "
      "AND kind NOT IN ('group', 'unified_group') ORDER BY id LIMIT ?3";
  std::vector<DirectoryObject> objects;
  auto read =
      for_each_row(connection_.query(kSql, generation, group, static_cast<std::int64_t>(most)),
                   [&](const Statement& row) { objects.push_back(to_object(row)); });
  if (!read) return within("directory", read.error());
  return with_addresses(generation, std::move(objects));
}

Result<std::vector<DirectoryObject>> StoredDirectory::page(Generation generation,
                                                           const std::string& after,
                                                           std::size_t most) {
  static const std::string kSql = std::string("SELECT ") + kColumns +
                                  " FROM directory_objects AS o WHERE generation = ? AND id > ? "
                                  "ORDER BY id LIMIT ?";
  std::vector<DirectoryObject> objects;
  auto read =
      for_each_row(connection_.query(kSql, generation, after, static_cast<std::int64_t>(most)),
                   [&](const Statement& row) { objects.push_back(to_object(row)); });
  if (!read) return within("directory", read.error());
  return with_addresses(generation, std::move(objects));
}

Result<void> StoredDirectory::put_addresses(Generation generation, const DirectoryObject& object) {
  if (auto gone =
          connection_.run("DELETE FROM directory_addresses WHERE generation = ? AND object = ?",
                          generation, object.id);
      !gone)
    return gone.error();
  const auto add = [&](const std::string& address, std::int64_t position) -> Result<void> {
    if (address.empty()) return {};
    const auto added = connection_.run(
        "INSERT OR IGNORE INTO directory_addresses (generation, address, object, position) "
        "VALUES (?, ?, ?, ?)",
        generation, address, object.id, position);
    return added ? Result<void>() : added.error();
  };
  std::int64_t position = 0;
  for (const std::string& address : object.addresses)
    if (auto added = add(address, position++); !added) return added;
  // Mail reaches a mailbox by its principal name only where that is an address as well; it is
  // looked up all the same, since people and tools name users by it.
  return add(object.principal_name, -1);
}

Result<void> StoredDirectory::put(Generation generation, const DirectoryObject& object) {
  const auto written = connection_.run(
      "INSERT OR REPLACE INTO directory_objects (generation, id, kind, display_name, mail, "
      "principal_name, enabled, synced, licensed, attributes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?)",
      generation, object.id, name_of(object.kind), object.display_name, object.mail,
      object.principal_name, object.is_enabled, object.is_synced, object.has_exchange_plan,
      to_lines(object.attributes));
  if (!written) return within("directory", written.error());
  return put_addresses(generation, object);
}

Result<void> StoredDirectory::remove(Generation generation, const std::string& id) {
  for (const char* sql : {"DELETE FROM directory_objects WHERE generation = ? AND id = ?",
                          "DELETE FROM directory_addresses WHERE generation = ? AND object = ?",
                          "DELETE FROM directory_members WHERE generation = ? AND member = ?",
                          "DELETE FROM directory_members WHERE generation = ? AND container = ?"})
    if (auto gone = connection_.run(sql, generation, id); !gone)
      return within("directory", gone.error());
  return {};
}

Result<void> StoredDirectory::set_member(Generation generation, const std::string& group,
                                         const std::string& member, bool is_in) {
  const char* const sql =
      is_in ? "INSERT OR IGNORE INTO directory_members (generation, member, container) "
              "VALUES (?, ?, ?)"
            : "DELETE FROM directory_members WHERE generation = ? AND member = ? AND "
              "container = ?";
  const auto written = connection_.run(sql, generation, member, group);
  if (!written) return within("directory", written.error());
  return {};
}

Result<std::vector<std::string>> StoredDirectory::groups_of(Generation generation,
                                                            const std::string& id) {
  std::vector<std::string> names;
  auto read = for_each_row(
      connection_.query(
          "WITH RECURSIVE up (id) AS (SELECT container FROM directory_members WHERE "
          "generation = ?1 AND member = ?2 UNION SELECT m.container FROM directory_members AS m "
          "JOIN up ON m.member = up.id WHERE m.generation = ?1) "
          "SELECT id FROM up UNION ALL SELECT a.address FROM up JOIN directory_addresses AS a "
          "ON a.generation = ?1 AND a.object = up.id",
          generation, id),
      [&](const Statement& row) { names.push_back(row.text(0)); });
  if (!read) return within("directory", read.error());
  return names;
}

}  // namespace secondlook
