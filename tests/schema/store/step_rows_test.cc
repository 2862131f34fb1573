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

TEST_CASE_METHOD(StoreFixture, "beside a step stand those of its mailbox and of its user") {
  const MessageRowId message = record(1, verdict_of("a")).id;
  const MessageRowId other = record(2, verdict_of("b")).id;
  Step ann = add_step(message, "ann@corp.example");
  Step alias = add_step(message, "anna@corp.example");
  const Step again = add_step(message, "ann@corp.example");
  add_step(message, "bob@corp.example");
  add_step(other, "ann@corp.example");
  const auto beside = [&](const Step& step) {
    std::vector<StepId> ids;
    for (const Step& one : must(store->steps_beside(step))) ids.push_back(one.id);
    return ids;
  };
  // Nobody's object id is known: an empty one joins nothing.
  CHECK(beside(ann) == std::vector{ann.id, again.id});
  ann.user_id = alias.user_id = "u1";
  must(store->update_step(alias));
  CHECK(beside(ann) == std::vector{ann.id, alias.id, again.id});
  CHECK(beside(alias) == std::vector{alias.id});
  must(store->update_step(ann));
  CHECK(beside(alias) == std::vector{ann.id, alias.id});
}

TEST_CASE_METHOD(StoreFixture, "a step without next try is due when it was planned") {
  const MessageRowId message = record(1, verdict_of("a")).id;
  add_step(message, "a@corp.example");
  CHECK(must(store->next_due_at()) == at_second(0));
  CHECK(must(store->due_steps(at_second(0), 10)).size() == 1);
}

TEST_CASE_METHOD(StoreFixture, "the brake's state is kept") {
  CHECK_FALSE(must(store->brake()).engaged);
  must(store->set_brake({true,
                         "500 copies in an hour",
                         at_second(5),
                         {},
                         BrakeTrip{{"rule", "PHISH"}, 500, 500, {7, 9}}}));
  const BrakeState state = must(must(Store::open(path))->brake());
  CHECK(state.engaged);
  CHECK(state.because == "500 copies in an hour");
  CHECK(state.since == at_second(5));
  REQUIRE(state.trip);
  CHECK(state.trip->key.name == "PHISH");
  CHECK(state.trip->limit == 500);
  CHECK(state.trip->messages == std::vector<MessageRowId>{7, 9});
  must(store->release_brake_at(at_second(9)));
  const BrakeState released = must(store->brake());
  CHECK_FALSE(released.engaged);
  CHECK_FALSE(released.trip);
  CHECK(released.released_at == at_second(9));
}

}  // namespace
}  // namespace secondlook
