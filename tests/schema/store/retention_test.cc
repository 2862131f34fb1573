#include <sqlite3.h>

#include "schema/store/sqlite_connection.h"
#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

const Timestamp kLater = at_second(100'000);

// Reads past our own code.
struct Kept : StoreFixture {
  std::int64_t number(const char* sql) {
    sqlite3* handle = nullptr;
    REQUIRE(sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    REQUIRE(sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    const std::int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return value;
  }
  int found(const std::string& term) {
    int count = 0;
    must(search(*store, must(parse_search({term}, kLater)),
                [&](const FoundMessage&) { return ++count > 0; }));
    return count;
  }
  // What the full-text index holds, of whatever message.
  std::int64_t terms_left() {
    const auto connection = must(Connection::open(path, ConnectionMode::read_write));
    must(connection->execute(
        "CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, 'message_search', 'instance')"));
    return *must(connection->integer("SELECT count(*) FROM temp.terms"));
  }
  std::uint64_t forget(Timestamp now = kLater, std::size_t limit = 1000) {
    return must(store->forget_before(at_second(50'000), now, limit));
  }
};

}  // namespace

TEST_CASE_METHOD(Kept,
                 "nothing of a forgotten message stays, but the audit and what others share") {
  record(1, verdict_of("a"));
  Verdict other = verdict_of("b");
  other.links = {{"https://only.here.example/", "only.here.example", ""}};
  record(2, other);
  add_step(1, "anna@corp.example", StepState::removed);
  must(store->append_audit(
      {at_second(1), AuditKind::command, {}, "anna(1)", "", "retract", "{}", ""}));
  CHECK(forget(kLater, 1) == 1);
  CHECK(found("domain:only.here.example") == 1);
  CHECK(forget() == 1);
  CHECK(found("domain:only.here.example") == 0);
  for (const char* table :
       {"messages", "reports", "recipients", "steps", "reduced_mails", "brake_subjects", "hours"}) {
    INFO(table);
    CHECK(number(("SELECT count(*) FROM " + std::string(table)).c_str()) == 0);
  }
  CHECK(terms_left() == 0);
  CHECK(number("SELECT count(*) FROM message_search WHERE message_search MATCH 'anna'") == 0);
  CHECK(number("SELECT count(*) FROM audit") == 1);
}

TEST_CASE_METHOD(Kept, "what can still be undone, or is to be looked at again, is not forgotten") {
  for (std::uint64_t n = 1; n <= 3; ++n) record(n, verdict_of(std::to_string(n)));
  Step undoable = add_step(1, "anna@corp.example", StepState::removed);
  undoable.undo_until = kLater + std::chrono::hours(1);
  must(store->update_step(undoable));
  Step looked_at = add_step(2, "anna@corp.example", StepState::not_delivered);
  looked_at.next_try_at = kLater;
  must(store->update_step(looked_at));
  CHECK(forget() == 1);
  CHECK(must(store->find_message(1)));
  CHECK(must(store->find_message(2)));
  CHECK(forget(kLater + std::chrono::hours(2)) == 1);
  CHECK(!must(store->find_message(1)));
}

TEST_CASE_METHOD(Kept, "the room of forgotten messages is given back in small pieces") {
  REQUIRE(number("PRAGMA auto_vacuum") == 2);
  for (std::uint64_t n = 1; n <= 3000; ++n) record(n, verdict_of(std::to_string(n)));
  const auto before = number("PRAGMA page_count");
  CHECK(forget(kLater, 5000) == 3000);
  int pieces = 0;
  while (must(store->tidy())) ++pieces;
  CHECK(pieces > 0);
  CHECK(number("PRAGMA page_count") < before / 2);
  CHECK(number("PRAGMA freelist_count") < 256);  // fewer are kept for the next mails
  CHECK(number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1);
}

}  // namespace secondlook
