// What has become too old goes, a little at a time, and what it leaves behind is tidied up.
#include "schema/store/sqlite_store.h"

namespace secondlook {
namespace {

constexpr int kPagesMergedAtOnce = 64;
constexpr int kPagesGivenBackAtOnce = 256;
// A sixteenth of the file may stay free, for the next mails.
constexpr std::int64_t kFreeShare = 16;

// Kept whatever their age: what is still to be done, looked at again, undone or recorded.
constexpr std::string_view kOldOnes =
    "SELECT id FROM messages AS m WHERE received_at < ?1 "
    "AND NOT EXISTS (SELECT 1 FROM steps WHERE message = m.id AND "
    "                (state IN ('planned', 'held_by_brake', 'begun') OR next_try_at IS NOT NULL "
    "                 OR undo_until > ?2)) "
    "AND NOT EXISTS (SELECT 1 FROM reports JOIN logs ON logs.id = reports.log "
    "                WHERE message = m.id AND sequence > recorded) "
    "AND id NOT IN (SELECT message FROM hand_command_messages) "
    "ORDER BY received_at LIMIT ?3";

Result<std::vector<std::int64_t>> integers(Result<Statement> statement) {
  std::vector<std::int64_t> values;
  auto read = for_each_row(std::move(statement),
                           [&](const Statement& row) { values.push_back(row.integer(0)); });
  if (!read) return read.error();
  return values;
}

// Everything that belongs to a message goes with it (ON DELETE CASCADE), but for these.
Result<void> forget_message(Connection& connection, SearchIndex& index, std::int64_t message) {
  auto texts = index.read(message);
  if (!texts) return texts.error();
  const auto steps = integers(connection.query("SELECT id FROM steps WHERE message = ?", message));
  if (!steps) return steps.error();
  for (const std::int64_t step : *steps)
    if (auto gone = connection.run("DELETE FROM hand_command_withdrawals WHERE step = ?", step);
        !gone)
      return gone.error();
  if (const auto gone = connection.run("DELETE FROM messages WHERE id = ?", message); !gone)
    return gone.error();
  index.change(message, *std::move(texts), {});
  return {};
}

// What stands beside the messages, once the last old one is gone.
Result<void> forget_what_stands_beside(Connection& connection, Timestamp before) {
  constexpr std::int64_t kHour = 3'600'000'000;
  const auto hours = connection.run(
      "DELETE FROM hours WHERE hour < ? AND last_message < "
      "(SELECT coalesce(min(id), 9223372036854775807) FROM messages)",
      before.time_since_epoch().count() / kHour);
  if (!hours) return hours.error();
  for (const char* sql : {"DELETE FROM user_reports WHERE reported_at < ?",
                          "DELETE FROM directory_strangers WHERE last_seen < ?"})
    if (auto gone = connection.run(sql, before); !gone) return gone.error();
  return {};
}

Result<std::int64_t> number(Connection& connection, const char* sql) {
  const auto value = connection.integer(sql);
  if (!value) return value.error();
  return value->value_or(0);
}

// What was deleted stays in the index until a merge reaches the oldest segment, which the usual
// ones hardly ever do.
Result<bool> is_to_be_merged_whole(Connection& connection) {
  const auto forgotten = number(connection, "SELECT forgotten FROM search_state");
  if (!forgotten) return forgotten.error();
  const auto left = number(connection, "SELECT sum(rows) FROM tallies WHERE kind = 'message'");
  if (!left) return left.error();
  return *forgotten > 0 && *forgotten >= *left / 4;
}

// True: something was merged. FTS5: a negative number merges all segments to one, a little with
// each call.
Result<bool> merge_index(Connection& connection) {
  const auto is_whole = is_to_be_merged_whole(connection);
  if (!is_whole) return is_whole.error();
  const auto before = number(connection, "SELECT total_changes()");
  if (!before) return before.error();
  const auto merged =
      connection.run("INSERT INTO message_search (message_search, rank) VALUES ('merge', ?)",
                     *is_whole ? -kPagesMergedAtOnce : kPagesMergedAtOnce);
  if (!merged) return merged.error();
  const auto after = number(connection, "SELECT total_changes()");
  if (!after) return after.error();
  if (*after - *before >= 2) return true;  // fewer: SQLite's word for nothing left to do
  if (!*is_whole) return false;
  const auto done = connection.run("UPDATE search_state SET forgotten = 0");
  if (!done) return done.error();
  return false;
}

Result<bool> give_back_pages(Connection& connection) {
  const auto way = number(connection, "PRAGMA auto_vacuum");
  const auto free = number(connection, "PRAGMA freelist_count");
  const auto all = number(connection, "PRAGMA page_count");
  if (!way || !free || !all) return internal("the database's pages cannot be counted");
  constexpr std::int64_t kIncremental = 2;
  if (*way != kIncremental || *free <= *all / kFreeShare || *free < kPagesGivenBackAtOnce)
    return false;
  auto given = connection.execute("PRAGMA incremental_vacuum(" +
                                  std::to_string(kPagesGivenBackAtOnce) + ")");
  if (!given) return given.error();
  return true;
}

}  // namespace

Result<std::uint64_t> SqliteStore::forget_before(Timestamp before, Timestamp now,
                                                 std::size_t limit) {
  auto savepoint = IndexedSavepoint::begin(*connection_, index_);
  if (!savepoint) return within("forget", savepoint.error());
  const auto old_ones = integers(connection_->query(kOldOnes, before, now, limit));
  if (!old_ones) return within("forget", old_ones.error());
  Result<void> done;
  for (const std::int64_t message : *old_ones)
    if (done) done = forget_message(*connection_, index_, message);
  if (done)
    if (const auto noted =
            connection_->run("UPDATE search_state SET forgotten = forgotten + ?", old_ones->size());
        !noted)
      done = noted.error();
  if (done && old_ones->size() < limit) done = forget_what_stands_beside(*connection_, before);
  if (done) done = savepoint->release();
  if (!done) return within("forget", done.error());
  return old_ones->size();
}

Result<bool> SqliteStore::tidy() {
  const auto merged = merge_index(*connection_);
  if (!merged) return within("tidy", merged.error());
  if (*merged) return true;
  const auto given = give_back_pages(*connection_);
  if (!given) return within("tidy", given.error());
  return *given;
}

}  // namespace secondlook
