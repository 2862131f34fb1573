#include "analyzer/record_ledger.h"

#include <catch2/catch.hpp>

using namespace secondlook;
using AfterLoss = RecordLedger::AfterLoss;

namespace {

VerdictWelcome welcome(std::uint64_t recorded) {
  VerdictWelcome value;
  value.recorded = recorded;
  value.window = 4;
  return value;
}

void take(RecordLedger& ledger, int count) {
  for (int i = 0; i < count; ++i) CHECK(ledger.take({}));
}

}  // namespace

TEST_CASE("records are begun in the order in which they came") {
  RecordLedger ledger(welcome(10));
  take(ledger, 3);
  for (const std::uint64_t sequence : {11U, 12U, 13U}) {
    const auto work = ledger.begin_next();
    REQUIRE(work);
    CHECK(work->record->sequence == sequence);
    CHECK(work->attempt == 1);
  }
  CHECK_FALSE(ledger.begin_next());
}

TEST_CASE("nothing is taken while the oldest unrecorded record is a window behind") {
  RecordLedger ledger(welcome(0));
  take(ledger, 4);
  CHECK_FALSE(ledger.has_room());
  while (ledger.begin_next()) {
  }
  for (const std::uint64_t sequence : {2U, 3U, 4U}) ledger.answered(sequence);
  ledger.acknowledge({2, 3, 4});
  CHECK_FALSE(ledger.has_room());  // 1 is still under way
  ledger.answered(1);
  ledger.acknowledge({1});
  CHECK(ledger.has_room());
  CHECK(ledger.under_way() == 0);
}

TEST_CASE("a lost record waits until the attempt is recorded, is tried once more, then given up") {
  RecordLedger ledger(welcome(0));
  take(ledger, 1);
  REQUIRE(ledger.begin_next());
  CHECK(ledger.lost(1) == AfterLoss::report_attempt);
  CHECK_FALSE(ledger.begin_next());
  ledger.acknowledge({1});
  const auto again = ledger.begin_next();
  REQUIRE(again);
  CHECK(again->attempt == 2);
  CHECK(ledger.lost(1) == AfterLoss::give_up);
  ledger.answered(1);
  ledger.acknowledge({1});
  CHECK(ledger.under_way() == 0);
}

TEST_CASE("attempts before a restart count") {
  VerdictWelcome before = welcome(4);
  before.attempts = {{5, 1}, {6, 2}};
  RecordLedger ledger(before);
  CHECK(ledger.take({}));
  CHECK_FALSE(ledger.take({}));  // answered as unscanned, not analysed
  CHECK(ledger.take({}));
  CHECK(ledger.begin_next()->attempt == 2);
  CHECK(ledger.begin_next()->record->sequence == 7);
  CHECK(ledger.attempt(6) == 2);
}

TEST_CASE("records recorded before a restart are passed over") {
  VerdictWelcome before = welcome(4);
  before.recorded_above = {5, 6, 8};
  RecordLedger ledger(before);
  ledger.skip_recorded();
  CHECK(ledger.next_sequence() == 7);
  take(ledger, 1);
  ledger.skip_recorded();
  CHECK(ledger.next_sequence() == 9);
}

TEST_CASE("an acknowledgement of what was not sent changes nothing") {
  RecordLedger ledger(welcome(0));
  take(ledger, 2);
  REQUIRE(ledger.begin_next());
  ledger.acknowledge({1, 2, 77});
  CHECK(ledger.under_way() == 2);
  ledger.put_back(1);
  CHECK(ledger.begin_next()->record->sequence == 1);
}

TEST_CASE("the ledger knows what waits for a verdict, and since when") {
  RecordLedger ledger(welcome(0));
  CHECK(ledger.oldest_waiting() == nullptr);
  take(ledger, 3);
  CHECK(ledger.oldest_waiting()->sequence == 1);
  REQUIRE(ledger.begin_next());
  ledger.answered(1);
  CHECK(ledger.oldest_waiting()->sequence == 2);
  CHECK(ledger.answered_count() == 1);
  ledger.acknowledge({1});
  CHECK(ledger.answered_count() == 0);
  CHECK(ledger.under_way() == 2);
}
