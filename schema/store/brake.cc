#include "schema/store/recording.h"
#include "schema/store/search_text.h"
#include "schema/store/sqlite_store.h"

namespace secondlook {
namespace {

Result<std::uint64_t> count_of(const Result<std::optional<std::int64_t>>& count) {
  if (!count) return count.error();
  return static_cast<std::uint64_t>(count->value_or(0));
}

}  // namespace

Result<BrakeState> SqliteStore::brake() {
  BrakeState state;
  auto read = for_each_row(connection_->query("SELECT engaged, because, since FROM brake"),
                           [&](const Statement& row) {
                             state = {row.flag(0), row.text(1), row.maybe_time(2)};
                           });
  if (!read) return read.error();
  return state;
}

Result<void> SqliteStore::set_brake(const BrakeState& state) {
  const auto set = connection_->run("UPDATE brake SET engaged = ?, because = ?, since = ?",
                                    state.engaged, state.because, state.since);
  if (!set) return within("set brake", set.error());
  return {};
}

Result<std::uint64_t> SqliteStore::automatic_steps_since(Timestamp since) {
  return count_of(connection_->integer("SELECT count(*) FROM steps WHERE reserved_at >= ?", since));
}

Result<std::uint64_t> SqliteStore::automatic_steps_of_rule_since(std::string_view rule,
                                                                 Timestamp since) {
  return count_of(connection_->integer(
      "SELECT count(*) FROM steps WHERE reserved_at >= ? AND EXISTS (SELECT 1 FROM facts "
      "WHERE kind = ? AND value = ? AND facts.message = steps.message)",
      since, static_cast<int>(FactKind::rule), lower_ascii(rule)));
}

Result<std::uint64_t> SqliteStore::automatic_steps_of_domain_since(std::string_view from_domain,
                                                                   Timestamp since) {
  return count_of(connection_->integer(
      "SELECT count(*) FROM steps WHERE reserved_at >= ? AND EXISTS (SELECT 1 FROM messages "
      "WHERE messages.id = steps.message AND from_domain = ?)",
      since, domain_key(from_domain)));
}

}  // namespace secondlook
