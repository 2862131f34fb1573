#include "schema/store/restored_database.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/system_error.h"
#include "schema/store/migrations.h"
#include "schema/store/sqlite_store.h"

namespace secondlook {
namespace {

Result<void> begin_above(Connection& connection, const char* table, std::int64_t id) {
  const auto raised =
      connection.run("UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1", table, id);
  if (!raised) return raised.error();
  if (*raised > 0) return {};
  const auto added =
      connection.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table, id);
  return added ? Result<void>() : added.error();
}

Result<void> write_down(const std::string& path, const Restoration& restoration) {
  auto opened = Connection::open(path, ConnectionMode::read_write);
  if (!opened) return opened.error();
  Connection& connection = **opened;
  if (auto current = migrate(connection); !current) return current;
  const GivenIds& ids = restoration.ids;
  SqliteStore store(std::move(*opened));
  auto transaction = store.begin();
  if (!transaction) return transaction.error();
  Result<void> done = begin_above(connection, "messages", ids.messages);
  if (done) done = begin_above(connection, "steps", ids.steps);
  if (done) done = begin_above(connection, "audit", ids.audit);
  if (!done) return done;
  if (const auto row = store.append_audit(restoration.entry); !row) return row.error();
  if (!restoration.brake.empty()) {
    auto state = store.brake();
    if (!state) return state.error();
    if (!state->engaged) {
      state->engaged = true;
      state->because = restoration.brake;
      state->since = restoration.at;
      state->trip.reset();
      if (auto set = store.set_brake(*state); !set) return set;
    }
  }
  if (done = (*transaction)->commit(); !done) return done;
  return connection.execute("PRAGMA journal_mode=DELETE");
}

}  // namespace

Result<void> make_ready(const std::string& path, const Restoration& restoration) {
  if (auto written = write_down(path, restoration); !written) return within(path, written.error());
  for (const char* behind : {"-wal", "-shm"}) ::unlink((path + behind).c_str());
  const auto file = open_file(path, O_RDWR);
  if (!file) return file.error();
  return ::fsync(file->number()) == 0 ? Result<void>() : last_system_error("fsync " + path);
}

}  // namespace secondlook
