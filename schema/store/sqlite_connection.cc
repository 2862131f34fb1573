#include "schema/store/sqlite_connection.h"

#include <filesystem>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "schema/store/sql_functions.h"

namespace secondlook {
namespace {

constexpr int kPatienceMilliseconds = 5000;

Error::Kind kind_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT: return Error::Kind::temporary;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Error::Kind::malformed;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN: return Error::Kind::forbidden;
    default: return Error::Kind::internal;
  }
}

Error database_error(sqlite3* handle, int code) {
  const char* text = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
  return {kind_of(code), std::string("database: ") + text};
}

// auto_vacuum: holds for a file without tables; of an older one it changes nothing.
// temp_store: nothing outside the database's directory is written, which Landlock would refuse.
// persist_wal (below) leaves -wal and -shm where a reader without rights to make them finds them.
constexpr const char* kWriterSettings =
    "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
    "foreign_keys=ON;"
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32000; PRAGMA journal_size_limit=67108864;";
// trusted_schema=OFF is for readers alone: it forbids the triggers that keep the full-text index.
constexpr const char* kReaderSettings =
    "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;";

Result<void> create_when_absent(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash != std::string::npos && slash > 0)
    if (auto made = make_directories(path.substr(0, slash), 0750); !made) return made;
  // Never opened when it exists: closing a descriptor of its own would drop this process's locks.
  if (::access(path.c_str(), F_OK) == 0) return {};
  auto file = open_file(path, O_RDWR | O_CREAT | O_EXCL, 0640);
  if (!file) return file.error();
  return sync_directory(slash == std::string::npos ? "." : path.substr(0, slash + 1));
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)),
      owned_(other.owned_),
      bound_(other.bound_),
      code_(other.code_) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  if (owned_) {
    sqlite3_finalize(statement_);
  } else {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
}

void Statement::note(int code) {
  if (code != SQLITE_OK && code_ == SQLITE_OK) code_ = code;
}

void Statement::bind_next(std::int64_t value) {
  note(sqlite3_bind_int64(statement_, ++bound_, value));
}
void Statement::bind_next(double value) {
  note(sqlite3_bind_double(statement_, ++bound_, value));
}
void Statement::bind_next(std::string_view value) {
  // A null pointer would bind NULL.
  const char* bytes = value.data() == nullptr ? "" : value.data();
  note(sqlite3_bind_text64(statement_, ++bound_, bytes, value.size(), SQLITE_TRANSIENT,
                           SQLITE_UTF8));
}
void Statement::bind_next(Bytes value) {
  note(sqlite3_bind_blob64(statement_, ++bound_, value.bytes.data(), value.bytes.size(),
                           SQLITE_TRANSIENT));
}
void Statement::bind_next(std::nullopt_t) {
  note(sqlite3_bind_null(statement_, ++bound_));
}

Result<bool> Statement::next() {
  sqlite3* handle = sqlite3_db_handle(statement_);
  if (code_ != SQLITE_OK) return database_error(nullptr, code_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_error(handle, code);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(statement_, column);
}
std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}
std::optional<Timestamp> Statement::maybe_time(int column) const {
  return is_null(column) ? std::nullopt : std::optional(time(column));
}
std::optional<std::int64_t> Statement::maybe_integer(int column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, ConnectionMode mode) {
  const bool writes = mode == ConnectionMode::read_write;
  if (writes)
    if (auto created = create_when_absent(path); !created)
      return within("database", created.error());
  sqlite3* handle = nullptr;
  const int flags = (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX |
                    SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Connection> connection(new Connection(handle));  // closes also after a failure
  if (code != SQLITE_OK) return within(path, database_error(handle, code));
  sqlite3_busy_timeout(handle, kPatienceMilliseconds);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (auto added = add_sql_functions(handle); !added) return within(path, added.error());
  if (writes) {
    int keep = 1;
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  }
  if (auto set = connection->execute(writes ? kWriterSettings : kReaderSettings); !set)
    return within(path, set.error());
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : cache_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Result<void> Connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return database_error(handle_, code);
  return {};
}

Result<sqlite3_stmt*> Connection::compile(std::string_view sql, unsigned flags) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), flags,
                                      &statement, nullptr);
  if (code != SQLITE_OK) return database_error(handle_, code);
  return statement;
}

Result<Statement> Connection::prepare(std::string_view sql) {
  auto found = cache_.find(sql);
  if (found == cache_.end()) {
    const auto statement = compile(sql, SQLITE_PREPARE_PERSISTENT);
    if (!statement) return statement.error();
    found = cache_.emplace(sql, *statement).first;
  }
  return Statement(found->second, false);
}

Result<Statement> Connection::prepare_once(std::string_view sql) {
  const auto statement = compile(sql, 0);
  if (!statement) return statement.error();
  return Statement(*statement, true);
}

Result<void> Connection::sort_in_files() {
  const char* const path = sqlite3_db_filename(handle_, "main");
  if (path == nullptr || *path == '\0') return {};  // in memory itself
  const std::string directory = std::filesystem::path(path).parent_path().string();
  std::string quoted;
  for (const char c : directory) quoted += c == '\'' ? "''" : std::string(1, c);
  return execute("PRAGMA temp_store=FILE; PRAGMA temp_store_directory='" + quoted + "';");
}

Result<void> Connection::sort_in_memory() {
  return execute("PRAGMA temp_store=MEMORY; PRAGMA temp_store_directory='';");
}

Result<std::int64_t> Connection::finish(Statement& statement) {
  for (;;) {
    const auto row = statement.next();
    if (!row) return row.error();
    if (!*row) return static_cast<std::int64_t>(sqlite3_changes64(handle_));
  }
}

Result<std::optional<std::int64_t>> Connection::first_integer(Statement& statement) {
  const auto row = statement.next();
  if (!row) return row.error();
  if (!*row) return std::optional<std::int64_t>();
  return statement.maybe_integer(0);
}

Result<void> Connection::copy_into(const std::string& path,
                                   const std::function<void(std::uint64_t, std::uint64_t)>& told) {
  constexpr int kPagesAtOnce = 1024;
  sqlite3* handle = nullptr;
  int code =
      sqlite3_open_v2(path.c_str(), &handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> target(handle, &sqlite3_close);
  if (code != SQLITE_OK) return within(path, database_error(handle, code));
  sqlite3_exec(handle, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;", nullptr, nullptr,
               nullptr);
  // One read transaction around all steps: without it each change begins the copy anew.
  if (auto begun = execute("BEGIN; SELECT count(*) FROM sqlite_schema;"); !begun) return begun;
  sqlite3_backup* backup = sqlite3_backup_init(handle, "main", handle_, "main");
  do {
    code = backup == nullptr ? sqlite3_errcode(handle) : sqlite3_backup_step(backup, kPagesAtOnce);
    if (code == SQLITE_OK || code == SQLITE_DONE) {
      const auto all = static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup));
      told(all - static_cast<std::uint64_t>(sqlite3_backup_remaining(backup)), all);
    }
  } while (code == SQLITE_OK);
  if (backup != nullptr) sqlite3_backup_finish(backup);
  [[maybe_unused]] const auto ended = execute("COMMIT");
  if (code != SQLITE_DONE) return within(path, database_error(nullptr, code));
  return {};
}

std::int64_t Connection::last_row_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

Result<Savepoint> Savepoint::begin(Connection& connection) {
  if (auto begun = connection.run("SAVEPOINT step"); !begun) return begun.error();
  return Savepoint(&connection);
}

Savepoint::Savepoint(Savepoint&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

Savepoint::~Savepoint() {
  // Fails only when a full disk has already rolled everything back.
  if (connection_ == nullptr || !connection_->in_transaction()) return;
  [[maybe_unused]] const auto back = connection_->run("ROLLBACK TO step");
  [[maybe_unused]] const auto released = connection_->run("RELEASE step");
}

Result<void> Savepoint::release() {
  if (auto released = connection_->run("RELEASE step"); !released) return released.error();
  connection_ = nullptr;
  return {};
}

}  // namespace secondlook
