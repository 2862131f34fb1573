#include "schema/store/tallies.h"

#include <algorithm>

#include "tests/schema/store/store_fixture.h"

using namespace secondlook;

namespace {

std::uint64_t rows(const std::vector<Tallies::Row>& all, std::string_view name,
                   std::string_view value) {
  const auto found = std::ranges::find_if(
      all, [&](const Tallies::Row& row) { return row.name == name && row.value == value; });
  return found == all.end() ? 0 : found->rows;
}

void finish_removed(Store& store, Step step, Timestamp at) {
  step.state = StepState::removed;
  step.finished_at = at;
  must(store.update_step(step));
}

}  // namespace

TEST_CASE_METHOD(StoreFixture, "messages are counted by tenant and disposition as they come") {
  record(1, verdict_of("a", Disposition::clean));
  record(2, verdict_of("b", Disposition::clean));
  record(3, verdict_of("c", Disposition::malicious));
  const std::string tenant = stamp_of(1).tenant;
  const Tallies tallies = must(store->tallies());
  CHECK(tallies.reports == 3);
  CHECK(rows(tallies.messages, tenant, "clean") == 2);
  CHECK(rows(tallies.messages, tenant, "malicious") == 1);
}

TEST_CASE_METHOD(StoreFixture, "a revision moves its message, and its report counts once") {
  record(1, verdict_of("a", Disposition::clean));
  record(1, verdict_of("a", Disposition::malicious), 1);
  const std::string tenant = stamp_of(1).tenant;
  const Tallies tallies = must(store->tallies());
  CHECK(tallies.reports == 1);
  CHECK(rows(tallies.messages, tenant, "clean") == 0);
  CHECK(rows(tallies.messages, tenant, "malicious") == 1);
  CHECK(must(store->counts()).reports == 1);
}

TEST_CASE_METHOD(StoreFixture, "steps are counted by action and state, and go with their message") {
  const MessageRow message = record(1, verdict_of("a"));
  Step step = add_step(message.id, "alice@contoso.example");
  add_step(message.id, "bob@contoso.example");
  CHECK(rows(must(store->tallies()).steps, "recoverable", "planned") == 2);
  finish_removed(*store, step, at_second(100));
  Tallies tallies = must(store->tallies());
  CHECK(rows(tallies.steps, "recoverable", "planned") == 1);
  CHECK(rows(tallies.steps, "recoverable", "removed") == 1);
  CHECK(tallies.oldest_due == at_second(0));

  Step other = must(store->steps_of(message.id)).at(1);
  other.state = StepState::failed;
  must(store->update_step(other));
  CHECK(must(store->forget_before(at_second(1'000'000), at_second(100'000'000), 10)) == 1);
  tallies = must(store->tallies());
  CHECK(tallies.reports == 0);
  CHECK(tallies.messages.empty());
  CHECK(tallies.steps.empty());
  CHECK_FALSE(tallies.oldest_due);
}

TEST_CASE_METHOD(StoreFixture, "how long a copy lay in reach is counted once, in its bucket") {
  const MessageRow message = record(1, verdict_of("a"));
  const Timestamp received = must(store->judged_message(message.id)).received_at;
  const Step step = add_step(message.id, "alice@contoso.example");
  finish_removed(*store, step, received + std::chrono::milliseconds(700));
  finish_removed(*store, step, received + std::chrono::milliseconds(900));  // looked at again
  const Tallies tallies = must(store->tallies());
  std::uint64_t copies = 0;
  for (const Tallies::Exposure& one : tallies.exposures) {
    copies += one.copies;
    if (one.upper == std::chrono::seconds(1)) {
      CHECK(one.copies == 1);
      CHECK(one.sum == std::chrono::milliseconds(700));
    }
  }
  CHECK(copies == 1);
  REQUIRE_FALSE(tallies.exposures.empty());
  CHECK_FALSE(tallies.exposures.back().upper);
}

TEST_CASE_METHOD(StoreFixture, "what is rolled back is not counted") {
  {
    auto transaction = must(store->begin());
    must(store->record({stamp_of(1), verdict_of("a")}));
  }
  CHECK(must(store->tallies()).reports == 0);
  CHECK(must(store->tallies()).messages.empty());
}

TEST_CASE_METHOD(StoreFixture, "a message says which report decides over it") {
  const MessageRow message = record(7, verdict_of("a"));
  const auto name = must(store->deciding_report(message.id));
  REQUIRE(name);
  CHECK(name->log == stamp_of(7).log);
  CHECK(name->sequence == 7);
  CHECK_FALSE(must(store->deciding_report(message.id + 1)));
}
