#include <catch2/catch.hpp>

#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

TEST_CASE_METHOD(StoreFixture, "welcome tells the analyzer what it need not send again") {
  for (const std::uint64_t sequence : {1u, 2u, 4u, 7u})
    record(sequence, verdict_of(std::to_string(sequence)));
  VerdictStamp stamp = stamp_of(3);
  must(store->record_attempt(stamp, "overran"));
  stamp.attempt = 2;
  must(store->record_attempt(stamp, "died"));
  must(store->record_attempt(stamp_of(4), "died"));  // is recorded already
  must(store->record_attempt(stamp_of(1), "died"));
  VerdictWelcome welcome = must(store->welcome({kSampleLog, 9, 1}));
  CHECK(welcome.recorded == 2);
  CHECK(welcome.recorded_above == std::vector<std::uint64_t>{4, 7});
  REQUIRE(welcome.attempts.size() == 1);
  CHECK(welcome.attempts[0].sequence == 3);
  CHECK(welcome.attempts[0].attempts == 2);
  record(3, Verdict{});
  welcome = must(store->welcome({kSampleLog, 9, 1}));
  CHECK(welcome.recorded == 4);
  CHECK(welcome.attempts.empty());
}

TEST_CASE_METHOD(StoreFixture, "records that the log no longer holds are not waited for") {
  const VerdictWelcome welcome = must(store->welcome({kSampleLog, 900, 500}));
  CHECK(welcome.recorded == 499);
  record(500, verdict_of("a"));
  CHECK(must(store->recorded_mark(kSampleLog)) == 500);
  CHECK(must(store->welcome({kSampleLog, 900, 300})).recorded == 500);
}

TEST_CASE_METHOD(StoreFixture, "the mark stays right after its reports were forgotten") {
  for (std::uint64_t sequence = 1; sequence <= 5; ++sequence)
    record(sequence, verdict_of(std::to_string(sequence)));
  record(7, verdict_of("7"));
  add_step(2, "anna@corp.example", StepState::held_by_brake);
  CHECK(must(store->forget_before(at_second(100), at_second(100), 3)) == 3);
  CHECK(must(store->forget_before(at_second(100), at_second(100), 3)) == 1);
  // Message 2 has an open step; 7 stands above the mark, so the mark still needs it.
  CHECK(must(store->counts()).messages == 2);
  CHECK(must(store->recorded_mark(kSampleLog)) == 5);
  CHECK(must(store->welcome({kSampleLog, 9, 1})).recorded == 5);

  const MessageRow again = record(1, verdict_of("1"));
  CHECK_FALSE(again.report_is_new);
  CHECK(again.id == 0);
  CHECK(must(store->counts()).messages == 2);
  record(6, verdict_of("6"));
  CHECK(must(store->recorded_mark(kSampleLog)) == 7);
}

}  // namespace
}  // namespace secondlook
