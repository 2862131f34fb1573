#include "schema/store/store.h"

#include <array>

#include "schema/store/migration_copy.h"
#include "schema/store/migrations.h"
#include "schema/store/period_report.h"
#include "schema/store/search.h"
#include "schema/store/sqlite_store.h"

namespace secondlook {
namespace {

constexpr std::array kStates = {StepState::planned,
                                StepState::held_by_brake,
                                StepState::begun,
                                StepState::removed,
                                StepState::already_removed,
                                StepState::not_found,
                                StepState::not_delivered,
                                StepState::ambiguous_copy,
                                StepState::external,
                                StepState::unsupported_mailbox,
                                StepState::protected_mailbox,
                                StepState::forbidden,
                                StepState::failed,
                                StepState::would_remove,
                                StepState::withdrawn,
                                StepState::restored,
                                StepState::group,
                                StepState::group_mailbox,
                                StepState::contact,
                                StepState::public_folder,
                                StepState::excluded};

class SqliteTransaction final : public Transaction {
 public:
  SqliteTransaction(Connection& connection, SearchIndex& index)
      : connection_(connection), index_(index) {}
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  ~SqliteTransaction() override {
    if (committed_) return;
    if (connection_.in_transaction()) [[maybe_unused]]
      const auto back = connection_.run("ROLLBACK");
    index_.end();
  }
  Result<void> commit() override {
    if (!connection_.in_transaction()) return internal("database: the transaction was rolled back");
    if (auto written = index_.write(); !written) return written;
    if (auto done = connection_.run("COMMIT"); !done) return done.error();
    index_.end();
    committed_ = true;
    return {};
  }

 private:
  Connection& connection_;
  SearchIndex& index_;
  bool committed_ = false;
};

class SqliteNestedTransaction final : public Transaction {
 public:
  explicit SqliteNestedTransaction(IndexedSavepoint savepoint) : savepoint_(std::move(savepoint)) {}
  Result<void> commit() override { return savepoint_.release(); }

 private:
  IndexedSavepoint savepoint_;  // rolls back when it goes unreleased
};

}  // namespace

std::string_view name_of(StepState state) {
  switch (state) {
    case StepState::planned: return "planned";
    case StepState::held_by_brake: return "held_by_brake";
    case StepState::begun: return "begun";
    case StepState::removed: return "removed";
    case StepState::already_removed: return "already_removed";
    case StepState::not_found: return "not_found";
    case StepState::not_delivered: return "not_delivered";
    case StepState::ambiguous_copy: return "ambiguous_copy";
    case StepState::external: return "external";
    case StepState::unsupported_mailbox: return "unsupported_mailbox";
    case StepState::group: return "group";
    case StepState::group_mailbox: return "group_mailbox";
    case StepState::contact: return "contact";
    case StepState::public_folder: return "public_folder";
    case StepState::excluded: return "excluded";
    case StepState::protected_mailbox: return "protected_mailbox";
    case StepState::forbidden: return "forbidden";
    case StepState::failed: return "failed";
    case StepState::would_remove: return "would_remove";
    case StepState::withdrawn: return "withdrawn";
    case StepState::restored: return "restored";
  }
  return "failed";
}

std::optional<StepState> parse_step_state(std::string_view name) {
  for (const StepState state : kStates)
    if (name == name_of(state)) return state;
  return std::nullopt;
}

bool is_final(StepState state) {
  return state != StepState::planned && state != StepState::held_by_brake &&
         state != StepState::begun;
}

Result<std::unique_ptr<Store>> Store::open(const std::string& path) {
  auto connection = Connection::open(path, ConnectionMode::read_write);
  if (!connection) return connection.error();
  if (auto kept = keep_copy_before_migration(**connection, path); !kept) return kept.error();
  if (auto current = migrate(**connection); !current) return within(path, current.error());
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(*connection)));
}

Result<std::unique_ptr<Store>> Store::open_read_only(const std::string& path) {
  auto connection = Connection::open(path, ConnectionMode::read_only);
  if (!connection) return connection.error();
  if (auto current = check_schema_version(**connection); !current)
    return within(path, current.error());
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(*connection)));
}

Result<std::vector<FoundMessage>> Store::search_page(const SearchQuery& /*query*/,
                                                     std::optional<MessageRowId> /*below*/,
                                                     std::size_t /*most*/) {
  return internal("this store cannot search");
}

Result<std::uint64_t> Store::count_found(const SearchQuery& /*query*/) {
  return internal("this store cannot search");
}

Result<std::optional<FoundMessage>> Store::find_message(MessageRowId /*id*/) {
  return internal("this store cannot search");
}

Result<PeriodReport> Store::read_period(Timestamp /*since*/, Timestamp /*until*/,
                                        std::size_t /*top*/) {
  return internal("this store cannot report");
}

Result<std::unique_ptr<Transaction>> SqliteStore::begin() {
  if (auto begun = connection_->run("BEGIN IMMEDIATE"); !begun) return begun.error();
  return std::unique_ptr<Transaction>(std::make_unique<SqliteTransaction>(*connection_, index_));
}

Result<std::unique_ptr<Transaction>> SqliteStore::begin_nested() {
  auto savepoint = IndexedSavepoint::begin(*connection_, index_);
  if (!savepoint) return savepoint.error();
  return std::unique_ptr<Transaction>(
      std::make_unique<SqliteNestedTransaction>(std::move(*savepoint)));
}

}  // namespace secondlook
