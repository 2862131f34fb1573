// The index keeps no texts, so that whatever changes a message has to take out of it what was put
// in. Here it is compared with one that is made anew from the rows.
#include "schema/store/search_index.h"

#include <set>
#include <tuple>

#include <catch2/catch.hpp>

#include "schema/store/revisions.h"
#include "schema/store/sqlite_connection.h"
#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

struct Indexed : StoreFixture {
  using Terms = std::multiset<std::tuple<MessageRowId, std::string, std::string, std::int64_t>>;

  static Terms terms_of(Connection& connection) {
    Terms terms;
    must(for_each_row(connection.query("SELECT doc, col, term, offset FROM temp.terms"),
                      [&](const Statement& row) {
                        terms.emplace(row.integer(0), row.text(1), row.text(2), row.integer(3));
                      }));
    return terms;
  }

  // Made anew in a copy, since the index is the store's.
  void check() {
    const auto connection = must(Connection::open(path, ConnectionMode::read_write));
    must(connection->execute(
        "CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, 'message_search', 'instance')"));
    must(connection->execute(
        "INSERT INTO message_search (message_search) VALUES ('integrity-check')"));
    const Terms kept = terms_of(*connection);
    must(connection->execute(
        "BEGIN; INSERT INTO message_search (message_search) VALUES ('delete-all')"));
    must(index_all_messages(*connection));
    const Terms anew = terms_of(*connection);
    must(connection->execute("ROLLBACK"));
    CHECK(kept == anew);
  }
  std::vector<MessageRowId> ids(const std::string& term) {
    std::vector<MessageRowId> found;
    must(search(*store, must(parse_search({term}, at_second(0))), [&](const FoundMessage& message) {
      found.push_back(message.id);
      return true;
    }));
    return found;
  }
};

using Ids = std::vector<MessageRowId>;

}  // namespace

TEST_CASE_METHOD(
    Indexed,
    "after reports, revisions, users' reports and retention the index is what the rows say") {
  for (std::uint64_t n = 1; n <= 6; ++n) record(n, verdict_of(std::to_string(n)));
  check();
  Verdict worse = verdict_of("1");  // another report of the first message decides from now on
  worse.subject = "Mahnung \xE9\x8A\x80\xE8\xA1\x8C";
  worse.score = 99;
  worse.recipients.push_back({"Dora@corp.example", "cc", "", "dora@old.example"});
  record(7, worse);
  check();
  record(2, verdict_of("2", Disposition::clean), 1);  // judged again
  record(3, verdict_of("4"), 1);  // judged again, and found to be another message
  check();
  CHECK(must(store->revisions().note_user_report("corp", "<5@shop.example>", "anna@corp.example",
                                                 at_second(9))) == Ids{5});
  CHECK(ids("attribute:user_reported") == Ids{5});
  CHECK(must(store->revisions().note_user_report("corp", "<5@shop.example>", "ben@corp.example",
                                                 at_second(9)))
            .size() == 1);
  check();
  must(store->revisions().note_user_report("corp", "<8@shop.example>", "anna@corp.example",
                                           at_second(9)));
  record(8, verdict_of("8"));  // reported before it was recorded
  CHECK(ids("attribute:user_reported") == Ids{7, 5});
  check();
  CHECK(must(store->forget_before(at_second(5), at_second(5), 100)) > 0);
  check();
}

TEST_CASE_METHOD(
    Indexed, "what is recorded in a transaction is found in it, and gone when it is rolled back") {
  {
    auto transaction = must(store->begin());
    must(store->record({stamp_of(1), verdict_of("a")}));
    CHECK(ids("rule:credential_phrase") == Ids{1});
    must(store->record({stamp_of(2), verdict_of("b")}));
    CHECK(ids("rule:credential_phrase") == Ids{2, 1});
  }
  CHECK(ids("rule:credential_phrase").empty());
  check();
  record(3, verdict_of("c"));
  CHECK(ids("rule:credential_phrase").size() == 1);
  check();
}

TEST_CASE_METHOD(
    Indexed,
    "a nested transaction takes back its own alone, also where its end was searched before") {
  auto transaction = must(store->begin());
  must(store->record({stamp_of(1), verdict_of("a")}));
  for (const bool is_searched : {false, true}) {
    const auto nested = must(store->begin_nested());
    must(store->record({stamp_of(2), verdict_of("b")}));
    if (is_searched) CHECK(ids("subject:invoice") == Ids{2, 1});
  }
  CHECK(ids("subject:invoice") == Ids{1});
  {
    const auto nested = must(store->begin_nested());
    must(store->record({stamp_of(3), verdict_of("c")}));
    must(nested->commit());
  }
  must(transaction->commit());
  CHECK(ids("subject:invoice").size() == 2);
  check();
}

TEST_CASE_METHOD(Indexed,
                 "what is refused leaves nothing in the index, and what stands beside it stays") {
  record(1, verdict_of("a"));
  auto transaction = must(store->begin());
  must(store->record({stamp_of(2), verdict_of("b")}));
  RecordedReport swapped{stamp_of(1), verdict_of("other")};
  swapped.stamp.crc += 1;
  CHECK_FALSE(store->record(swapped));
  must(transaction->commit());
  CHECK(ids("subject:invoice") == Ids{2, 1});
  check();
}

TEST_CASE_METHOD(Indexed, "without a transaction around it a report is found at once") {
  must(store->record({stamp_of(1), verdict_of("a")}));
  CHECK(ids("to:anna@corp.example") == Ids{1});
  check();
}

TEST_CASE_METHOD(Indexed,
                 "a message whose verdict is damaged can be forgotten, and is found no more") {
  record(1, verdict_of("a"));
  must(must(Connection::open(path, ConnectionMode::read_write))
           ->execute("UPDATE reports SET packed = x'09'"));
  CHECK(must(store->forget_before(at_second(100), at_second(100), 10)) == 1);
  CHECK(ids("subject:invoice").empty());
}

}  // namespace secondlook
