#include <catch2/catch.hpp>

#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

Step full_step(MessageRowId message) {
  Step step;
  step.message = message;
  step.tenant = "corp";
  step.mailbox = "anna@corp.example";
  step.copy = 2;
  step.restores = true;
  step.undoes = 7;
  step.action = Action::deleted_items;
  step.cause = "restore 13";
  step.state = StepState::begun;
  step.detail = "a \"reason\"\n";
  step.planned_at = at_second(1);
  step.begun_at = at_second(2);
  step.first_try_at = at_second(2);
  step.finished_at = at_second(3);
  step.verified_at = at_second(6);
  step.next_try_at = at_second(4);
  step.undo_until = at_second(5);
  step.tries = 3;
  step.user_id = "user";
  step.copy_id = "copy";
  step.destination_copy_id = "moved";
  step.before = PreImage{"f1", "Inbox \xFF", true, {"red", "blue"}, "flagged", "high"};
  return step;
}

void check_equal(const Step& a, const Step& b) {
  CHECK(a.message == b.message);
  CHECK(a.tenant == b.tenant);
  CHECK(a.mailbox == b.mailbox);
  CHECK(a.copy == b.copy);
  CHECK(a.restores == b.restores);
  CHECK(a.undoes == b.undoes);
  CHECK(a.action == b.action);
  CHECK(a.cause == b.cause);
  CHECK(a.state == b.state);
  CHECK(a.detail == b.detail);
  CHECK(a.planned_at == b.planned_at);
  CHECK(a.begun_at == b.begun_at);
  CHECK(a.finished_at == b.finished_at);
  CHECK(a.next_try_at == b.next_try_at);
  CHECK(a.undo_until == b.undo_until);
  CHECK(a.first_try_at == b.first_try_at);
  CHECK(a.verified_at == b.verified_at);
  CHECK(a.tries == b.tries);
  CHECK(a.user_id == b.user_id);
  CHECK(a.copy_id == b.copy_id);
  CHECK(a.destination_copy_id == b.destination_copy_id);
  REQUIRE(a.before.has_value() == b.before.has_value());
  if (a.before) CHECK(a.before->categories == b.before->categories);
}

TEST_CASE_METHOD(StoreFixture, "a step comes back as it was written, its pre-image too") {
  const MessageRowId message = record(1, verdict_of("a")).id;
  const Step written = full_step(message);
  const StepId id = must(store->add_step(written));
  const auto read = must(store->step(id));
  REQUIRE(read);
  check_equal(*read, written);
  CHECK(read->before->folder_name == "Inbox \xEF\xBF\xBD");
  CHECK(read->before->is_read);
  CHECK(read->before->importance == "high");
  CHECK_FALSE(must(store->step(99)));
}

TEST_CASE_METHOD(StoreFixture,
                 "an update writes every field but message, mailbox, copy and cause") {
  const MessageRowId message = record(1, verdict_of("a")).id;
  Step step = add_step(message, "ben@corp.example");
  Step changed = full_step(message);
  changed.id = step.id;
  must(store->update_step(changed));
  const Step read = *must(store->step(step.id));
  changed.mailbox = "ben@corp.example";
  changed.copy = 0;
  changed.cause = "automatic";
  check_equal(read, changed);
  changed.before.reset();
  changed.begun_at.reset();
  must(store->update_step(changed));
  CHECK_FALSE(must(store->step(step.id))->before);
  CHECK_FALSE(must(store->step(step.id))->begun_at);
  changed.id = 99;
  CHECK(store->update_step(changed).error().kind == Error::Kind::not_found);
}

TEST_CASE_METHOD(StoreFixture, "a step of a message that is not there is refused") {
  Step step = full_step(5);
  CHECK_FALSE(store->add_step(step));
}

TEST_CASE_METHOD(StoreFixture, "due steps are those planned whose time has come, newest first") {
  const MessageRowId message = record(1, verdict_of("a")).id;
  Step now = add_step(message, "a@corp.example");
  Step later = add_step(message, "b@corp.example");
  Step soon = add_step(message, "c@corp.example");
  add_step(message, "d@corp.example", StepState::held_by_brake);
  now.next_try_at = at_second(10);
  soon.next_try_at = at_second(10);
  later.next_try_at = at_second(20);
  for (const Step& step : {now, later, soon}) must(store->update_step(step));
  CHECK(must(store->due_steps(at_second(9), 10)).empty());
  CHECK(must(store->next_due_at()) == at_second(10));
  const auto due = must(store->due_steps(at_second(10), 10));
  REQUIRE(due.size() == 2);
  CHECK(due[0].id == soon.id);
  CHECK(due[1].id == now.id);
  CHECK(must(store->due_steps(at_second(20), 1)).size() == 1);
  for (Step step : {now, later, soon}) {
    step.state = StepState::removed;
    must(store->update_step(step));
  }
  CHECK_FALSE(must(store->next_due_at()));
  CHECK(must(store->steps_in_state(StepState::removed)).size() == 3);
  CHECK(must(store->steps_of(message)).size() == 4);
}

TEST_CASE_METHOD(StoreFixture, "a step without next try is due when it was planned") {
  const MessageRowId message = record(1, verdict_of("a")).id;
  add_step(message, "a@corp.example");
  CHECK(must(store->next_due_at()) == at_second(0));
  CHECK(must(store->due_steps(at_second(0), 10)).size() == 1);
}

TEST_CASE_METHOD(StoreFixture, "the brake's state is kept") {
  CHECK_FALSE(must(store->brake()).engaged);
  must(store->set_brake({true, "500 copies in an hour", at_second(5)}));
  const BrakeState state = must(must(Store::open(path))->brake());
  CHECK(state.engaged);
  CHECK(state.because == "500 copies in an hour");
  CHECK(state.since == at_second(5));
  must(store->set_brake({}));
  CHECK_FALSE(must(store->brake()).since);
}

TEST_CASE_METHOD(StoreFixture,
                 "the brake counts automatic removals begun or reserved in its window") {
  const MessageRowId message = record(1, verdict_of("a")).id;
  const auto count = [&](std::int64_t since) {
    return must(store->automatic_steps_since(at_second(since)));
  };
  Step reserved = add_step(message, "a@corp.example");
  add_step(message, "b@corp.example", StepState::held_by_brake);
  add_step(message, "c@corp.example", StepState::would_remove);
  add_step(message, "d@corp.example", StepState::withdrawn);
  add_step(message, "e@corp.example", StepState::external);
  Step by_hand = full_step(message);
  by_hand.restores = false;
  must(store->add_step(by_hand));
  CHECK(count(0) == 1);
  CHECK(count(1) == 0);
  reserved.begun_at = at_second(50);
  reserved.state = StepState::begun;
  must(store->update_step(reserved));
  CHECK(count(50) == 1);
  reserved.state = StepState::removed;
  must(store->update_step(reserved));
  CHECK(count(50) == 1);
  CHECK(count(51) == 0);
}

TEST_CASE_METHOD(StoreFixture, "the brake counts by rule and by the sender's domain") {
  const MessageRowId message = record(1, verdict_of("a")).id;
  Verdict other = verdict_of("b");
  other.hits = {{"OTHER_RULE", 10, Disposition::malicious, "", {}}};
  other.from_domain = "other.example";
  const MessageRowId another = record(2, other).id;
  add_step(message, "a@corp.example");
  add_step(message, "b@corp.example");
  add_step(another, "a@corp.example");
  CHECK(must(store->automatic_steps_of_rule_since("CREDENTIAL_PHRASE", at_second(0))) == 2);
  CHECK(must(store->automatic_steps_of_rule_since("OTHER_RULE", at_second(0))) == 1);
  CHECK(must(store->automatic_steps_of_rule_since("NO_RULE", at_second(0))) == 0);
  CHECK(must(store->automatic_steps_of_domain_since("pay.shop.example", at_second(0))) == 2);
  CHECK(must(store->automatic_steps_of_domain_since("Other.Example", at_second(0))) == 1);
}

}  // namespace
}  // namespace secondlook
