#include <catch2/catch.hpp>

#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

const BrakeKey kAll{"all", ""};
const BrakeKey kRule{"rule", "PHISH"};
constexpr std::int64_t kMinute = 60;

struct Counted : StoreFixture {
  Counted() { must(store->count_against(message, {kAll, kRule}, at_second(0))); }
  std::uint64_t copies(const BrakeKey& key, std::int64_t since = 0) {
    return must(store->copies_counted(key, at_second(since)));
  }
  void write(Step& step, StepState state) {
    step.state = state;
    must(store->update_step(step));
  }
  const MessageRowId message = record(1, verdict_of("a")).id;
};

}  // namespace

TEST_CASE_METHOD(Counted, "automatic removals count while they wait and once they began") {
  Step step = add_step(message, "a@corp.example");
  add_step(message, "b@corp.example", StepState::held_by_brake);
  add_step(message, "c@corp.example", StepState::would_remove);
  add_step(message, "d@corp.example", StepState::external);
  CHECK(copies(kAll) == 1);
  CHECK(copies(kRule) == 1);
  CHECK(copies({"rule", "OTHER"}) == 0);
  step.begun_at = at_second(10 * kMinute);
  write(step, StepState::begun);
  CHECK(copies(kAll) == 1);
  CHECK(copies(kAll, 10 * kMinute) == 1);
  write(step, StepState::removed);
  CHECK(copies(kAll, 10 * kMinute) == 1);
  CHECK(copies(kAll, 11 * kMinute) == 0);
}

TEST_CASE_METHOD(Counted, "one that ends without a write to Graph gives its place back") {
  for (const StepState end : {StepState::withdrawn, StepState::not_found, StepState::forbidden}) {
    Step step = add_step(message, "a@corp.example");
    CHECK(copies(kAll) == 1);
    write(step, end);
    CHECK(copies(kAll) == 0);
  }
}

TEST_CASE_METHOD(Counted, "after a release only what is reserved since counts") {
  Step before = add_step(message, "a@corp.example");
  must(store->release_brake_at(at_second(30)));
  CHECK(copies(kAll) == 0);
  write(before, StepState::withdrawn);  // takes nothing from those that come
  CHECK(copies(kAll) == 0);
  Step released = add_step(message, "b@corp.example", StepState::held_by_brake);
  released.begun_at = at_second(30) - std::chrono::microseconds(1);
  write(released, StepState::planned);
  CHECK(copies(kAll) == 0);
}

TEST_CASE_METHOD(Counted, "the newest mails that count are named") {
  const MessageRowId second = record(2, verdict_of("b")).id;
  must(store->count_against(second, {kAll}, at_second(0)));
  add_step(message, "a@corp.example");
  add_step(second, "a@corp.example");
  CHECK(must(store->newest_counted(kRule, 5)) == std::vector<MessageRowId>{message});
  CHECK(must(store->newest_counted(kAll, 5)).size() == 2);
}

TEST_CASE("clean mails that passed DMARC make a sender known, to the tenant they came to") {
  StoreFixture fixture;
  const auto receive = [&](std::uint64_t number, const std::string& dmarc,
                           Disposition disposition) {
    Verdict verdict = verdict_of(std::to_string(number), disposition);
    verdict.sender = "Partner@Friend.example";
    verdict.authentication.dmarc = dmarc;
    return fixture.record(number, verdict).id;
  };
  receive(1, "pass", Disposition::clean);
  receive(2, "pass", Disposition::clean);
  receive(3, "fail", Disposition::clean);
  receive(4, "pass", Disposition::spam);
  const MessageRowId now = receive(5, "pass", Disposition::malicious);
  const auto known = [&](std::string_view tenant, MessageRowId below) {
    return must(fixture.store->known_good_mails(tenant, "partner@friend.example", below, 100));
  };
  const std::string tenant = stamp_of(1).tenant;
  CHECK(known(tenant, now) == 2);
  CHECK(known(tenant, 2) == 1);
  CHECK(known("another", now) == 0);
}

}  // namespace secondlook
