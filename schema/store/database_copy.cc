#include "schema/store/database_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/system_error.h"
#include "schema/store/migrations.h"
#include "schema/store/sqlite_connection.h"

namespace secondlook {
namespace {

// Plain again: a database in WAL mode cannot be read where its -shm cannot be made.
Result<void> leave_wal_mode(const std::string& path) {
  auto copy = Connection::open(path, ConnectionMode::read_write);
  if (!copy) return copy.error();
  return (*copy)->execute("PRAGMA journal_mode=DELETE");
}

Result<void> write_copy(const std::string& from, const std::string& to, const FileDescriptor& file,
                        const std::function<void(std::uint64_t, std::uint64_t)>& told) {
  auto source = Connection::open(from, ConnectionMode::read_only);
  if (!source) return source.error();
  if (auto copied = (*source)->copy_into(to, told); !copied) return copied;
  if (auto plain = leave_wal_mode(to); !plain) return plain;
  for (const char* behind : {"-wal", "-shm"})
    ::unlink((to + behind).c_str());  // empty, and kept by our writers
  return ::fsync(file.number()) == 0 ? Result<void>() : last_system_error("fsync " + to);
}

Result<void> check_pages(Connection& connection, Check check) {
  if (check == Check::nothing) return {};
  std::string word;
  auto read = for_each_row(connection.query(check == Check::quick ? "PRAGMA quick_check(1)"
                                                                  : "PRAGMA integrity_check(1)"),
                           [&](const Statement& row) { word = row.text(0); });
  if (!read) return read;
  return word == "ok" ? Result<void>() : malformed("the database is damaged: " + word);
}

Result<DatabaseFacts> read_facts(Connection& connection) {
  DatabaseFacts facts;
  const auto version = connection.integer("PRAGMA user_version");
  if (!version) return version.error();
  facts.schema_version = static_cast<int>(version->value_or(0));
  if (facts.schema_version < 1) return malformed("no database of secondlook");
  if (facts.schema_version > newest_schema_version())
    return malformed("schema version " + std::to_string(facts.schema_version) +
                     " is newer than this program's " + std::to_string(newest_schema_version()) +
                     "; use the newer secondlook");
  auto read =
      for_each_row(connection.query("SELECT uuid, recorded FROM logs"), [&](const Statement& row) {
        facts.recorded[row.text(0)] = static_cast<std::uint64_t>(row.integer(1));
      });
  if (!read) return read.error();
  read = for_each_row(connection.query("SELECT name, seq FROM sqlite_sequence"),
                      [&](const Statement& row) {
                        const std::string name = row.text(0);
                        if (name == "messages") facts.ids.messages = row.integer(1);
                        if (name == "steps") facts.ids.steps = row.integer(1);
                        if (name == "audit") facts.ids.audit = row.integer(1);
                      });
  if (!read) return read.error();
  const auto newest = connection.integer("SELECT max(received_at) FROM messages");
  if (!newest) return newest.error();
  if (*newest) facts.newest_received = Timestamp(std::chrono::microseconds(**newest));
  return facts;
}

}  // namespace

Result<void> copy_database(const std::string& from, const std::string& to,
                           const std::function<void(std::uint64_t, std::uint64_t)>& told) {
  const auto file = open_file(to, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (!file) return file.error();
  auto copied = write_copy(from, to, *file, told);
  if (!copied)
    for (const char* behind : {"", "-wal", "-shm"}) ::unlink((to + behind).c_str());
  return copied;
}

Result<DatabaseFacts> read_database_facts(const std::string& path, Check check) {
  const auto connection = Connection::open(path, ConnectionMode::read_only);
  if (!connection) return connection.error();
  if (auto checked = check_pages(**connection, check); !checked)
    return within(path, checked.error());
  auto facts = read_facts(**connection);
  if (!facts) return within(path, facts.error());
  return facts;
}

}  // namespace secondlook
