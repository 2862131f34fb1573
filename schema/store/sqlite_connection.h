// Small owners over the C interface of SQLite: a connection with its cache of prepared statements,
// a statement lent from it, a savepoint. The only file that includes <sqlite3.h> is its source.
// For schema/store alone. Used by one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace secondlook {

// Bound as a BLOB; the bytes outlive the binding call alone.
struct Bytes {
  std::string_view bytes;
};

// One prepared statement on its way: bind, then next() row by row. Goes back to the cache (or is
// finalized) when it is destroyed. Columns count from 0, parameters from 1; a NULL column reads as
// 0 or "". An error in binding comes out of the following next().
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  template <typename... Values>
  void bind(const Values&... values) {
    (bind_next(values), ...);
  }
  void bind_next(std::int64_t value);
  void bind_next(std::uint64_t value) { bind_next(static_cast<std::int64_t>(value)); }
  void bind_next(std::uint32_t value) { bind_next(static_cast<std::int64_t>(value)); }
  void bind_next(int value) { bind_next(static_cast<std::int64_t>(value)); }
  void bind_next(bool value) { bind_next(static_cast<std::int64_t>(value)); }
  void bind_next(double value);
  void bind_next(std::string_view value);  // copied
  void bind_next(Bytes value);             // copied
  void bind_next(const std::string& value) { bind_next(std::string_view(value)); }
  void bind_next(const char* value) { bind_next(std::string_view(value)); }
  void bind_next(Timestamp value) { bind_next(value.time_since_epoch().count()); }
  void bind_next(std::nullopt_t);
  template <typename Value>
  void bind_next(const std::optional<Value>& value) {
    if (value)
      bind_next(*value);
    else
      bind_next(std::nullopt);
  }

  // True: a row is there. False: the end.
  Result<bool> next();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  bool flag(int column) const { return integer(column) != 0; }
  Timestamp time(int column) const { return Timestamp(std::chrono::microseconds(integer(column))); }
  std::optional<Timestamp> maybe_time(int column) const;
  std::optional<std::int64_t> maybe_integer(int column) const;

 private:
  friend class Connection;
  Statement(sqlite3_stmt* statement, bool owned) : statement_(statement), owned_(owned) {}
  void note(int code);

  sqlite3_stmt* statement_;
  bool owned_;
  int bound_ = 0;
  int code_ = 0;  // the first failure of a bind
};

enum class ConnectionMode { read_write, read_only };

class Connection {
 public:
  // Creates the file (mode 0640) when it is absent and `mode` is read_write. WAL,
  // synchronous=FULL, foreign keys, five seconds of patience with a locked database.
  static Result<std::unique_ptr<Connection>> open(const std::string& path, ConnectionMode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Several statements without parameters.
  Result<void> execute(const std::string& sql);

  // A statement from the cache, bound. For SQL that stands in the source.
  template <typename... Values>
  Result<Statement> query(std::string_view sql, const Values&... values) {
    auto statement = prepare(sql);
    if (statement) statement->bind(values...);
    return statement;
  }
  // Not kept: for SQL that is put together.
  Result<Statement> prepare_once(std::string_view sql);

  // One statement whose rows nobody wants. Gives the number of rows changed.
  template <typename... Values>
  Result<std::int64_t> run(std::string_view sql, const Values&... values) {
    auto statement = query(sql, values...);
    if (!statement) return statement.error();
    return finish(*statement);
  }
  // First column of the first row; nothing when there is none (or it is NULL).
  template <typename... Values>
  Result<std::optional<std::int64_t>> integer(std::string_view sql, const Values&... values) {
    auto statement = query(sql, values...);
    if (!statement) return statement.error();
    return first_integer(*statement);
  }

  // All pages of this database, as they are at one moment, into a new file by SQLite's backup
  // interface: others go on writing meanwhile, and what they write is not in it. `told` hears how
  // many pages of how many are done. Not synced; on a failure the file is of no use.
  Result<void> copy_into(const std::string& path,
                         const std::function<void(std::uint64_t, std::uint64_t)>& told);

  // For work that sorts whole tables, which takes memory for all of them at once: what SQLite puts
  // aside lies in nameless files in the database's directory instead. Not inside a transaction. The
  // directory is one for the whole process, so another database must not be worked at meanwhile.
  Result<void> sort_in_files();
  Result<void> sort_in_memory();

  std::int64_t last_row_id() const;
  bool in_transaction() const;

 private:
  explicit Connection(sqlite3* handle) : handle_(handle) {}
  Result<Statement> prepare(std::string_view sql);
  Result<sqlite3_stmt*> compile(std::string_view sql, unsigned flags);
  Result<std::int64_t> finish(Statement& statement);
  static Result<std::optional<std::int64_t>> first_integer(Statement& statement);

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  sqlite3* handle_;
  std::unordered_map<std::string, sqlite3_stmt*, TextHash, std::equal_to<>> cache_;
};

// Calls each(statement) for every row; the first error ends it.
template <typename Each>
Result<void> for_each_row(Result<Statement> statement, Each each) {
  if (!statement) return statement.error();
  for (;;) {
    const auto row = statement->next();
    if (!row) return row.error();
    if (!*row) return {};
    each(std::as_const(*statement));
  }
}

// All or nothing, nested in whatever runs; rolls back when it goes out of scope unreleased.
class Savepoint {
 public:
  static Result<Savepoint> begin(Connection& connection);
  Savepoint(Savepoint&& other) noexcept;
  Savepoint& operator=(Savepoint&&) = delete;
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  ~Savepoint();
  Result<void> release();

 private:
  explicit Savepoint(Connection* connection) : connection_(connection) {}
  Connection* connection_;
};

}  // namespace secondlook
