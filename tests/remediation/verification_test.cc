#include "remediation/verification.h"

#include <catch2/catch.hpp>

#include "tests/remediation/scene.h"

namespace secondlook {

using namespace std::chrono_literals;

namespace {

const char* const kAnn = "ann@acme.example";

// One copy in Ann's mailbox, removed; its verification is due in 20 seconds.
std::string removed_copy(Scene& scene) {
  const std::string id = scene.mailbox.deliver(kAnn, scene.copy());
  scene.record(scene.verdict(Disposition::malicious, {kAnn}));
  scene.go_on();
  REQUIRE(scene.step(1).state == StepState::removed);
  REQUIRE_FALSE(scene.step(1).verified_at.has_value());
  return id;
}

void plan_restore_of(Scene& scene, const Step& removal) {
  Step restore = removal;
  restore.restores = true;
  restore.undoes = removal.id;
  restore.cause = "restore 1";
  restore.state = StepState::planned;
  restore.planned_at = scene.clock.now();
  restore.next_try_at = scene.clock.now();
  restore.finished_at.reset();
  value_of(scene.store.with([&](Store& store) { return store.add_step(restore); }));
}

}  // namespace

TEST_CASE("a removal is verified by one more look at the mailbox") {
  Scene scene;
  removed_copy(scene);
  const Timestamp removed_at = scene.clock.now();
  const std::size_t calls = scene.mailbox.calls().size();
  scene.clock.advance(19s);
  scene.go_on();
  CHECK(scene.mailbox.calls().size() == calls);
  scene.clock.advance(1s);
  scene.go_on();
  const Step step = scene.step(1);
  CHECK(step.state == StepState::removed);
  CHECK(step.verified_at == scene.clock.now());
  CHECK(step.finished_at == removed_at);
  CHECK_FALSE(step.next_try_at.has_value());
  CHECK(scene.mailbox.calls().size() == calls + 1);
}

TEST_CASE("a copy that was left behind gets a step of its own, and the mailbox another look") {
  Scene scene;
  removed_copy(scene);
  const std::string left = scene.mailbox.deliver(kAnn, scene.copy());
  for (int i = 0; i < 4; ++i) {
    scene.clock.advance(30s);
    scene.go_on();
  }
  const auto steps = scene.steps();
  REQUIRE(steps.size() == 2);
  CHECK(steps[1].state == StepState::removed);
  CHECK(steps[1].cause == steps[0].cause);
  CHECK(steps[1].verified_at.has_value());
  CHECK(steps[0].verified_at.has_value());
  CHECK(scene.mailbox.folder_of(left) == "recoverable");
  CHECK(scene.mailbox.moves_of(left) == 1);
}

TEST_CASE("a copy that comes back is removed once more, and then left and told") {
  Scene scene;
  const std::string id = removed_copy(scene);
  for (int i = 0; i < 10; ++i) {
    scene.mailbox.put_in(id, "projects");
    scene.clock.advance(30s);
    scene.go_on();
  }
  CHECK(scene.mailbox.moves_of(id) == 2);
  CHECK(scene.mailbox.folder_of(id) == "projects");
  const Step last = scene.steps().back();
  CHECK(last.detail.find("came back") != std::string::npos);
  CHECK_FALSE(last.verified_at.has_value());
  CHECK_FALSE(last.next_try_at.has_value());
}

TEST_CASE("a restore that is planned while the mailbox is looked at is not worked against") {
  Scene scene;
  removed_copy(scene);
  const std::string left = scene.mailbox.deliver(kAnn, scene.copy());
  scene.clock.advance(30s);
  scene.mailbox.meanwhile("find_copies", [&] { plan_restore_of(scene, scene.step(1)); });
  scene.go_on();
  CHECK(scene.steps().size() == 2);
  CHECK(scene.mailbox.moves_of(left) == 0);
  CHECK_FALSE(scene.step(1).next_try_at.has_value());
}

TEST_CASE("what was restored meanwhile is not removed by the verification") {
  Scene scene;
  const std::string id = removed_copy(scene);
  plan_restore_of(scene, scene.step(1));
  scene.go_on();
  REQUIRE(scene.mailbox.folder_of(id) == "inbox");
  scene.clock.advance(30s);
  scene.go_on();
  CHECK(scene.mailbox.folder_of(id) == "inbox");
  CHECK(scene.steps().size() == 2);
  CHECK_FALSE(scene.step(1).next_try_at.has_value());
}

TEST_CASE("another mail with the same Message-ID is no copy left behind") {
  Scene scene;
  removed_copy(scene);
  MailCopy good = scene.copy();
  good.subject = "The contract";
  const std::string id = scene.mailbox.deliver(kAnn, good);
  scene.clock.advance(30s);
  scene.go_on();
  CHECK(scene.step(1).verified_at.has_value());
  CHECK(scene.mailbox.moves_of(id) == 0);
}

TEST_CASE("a verification that gets no answer is tried again, and given up with a word") {
  Scene scene;
  removed_copy(scene);
  SECTION("one failure") {
    scene.mailbox.fail_next("find_copies", lost_answer());
  }
  SECTION("failures without end") {
    for (int i = 0; i < 50; ++i) scene.mailbox.fail_next("find_copies", lost_answer());
  }
  for (int i = 0; i < 30; ++i) {
    scene.clock.advance(5min);
    scene.go_on();
  }
  const Step step = scene.step(1);
  CHECK(step.state == StepState::removed);
  CHECK_FALSE(step.next_try_at.has_value());
  if (!step.verified_at) CHECK(step.detail.find("not verified") != std::string::npos);
}

TEST_CASE("a step knows when it was first tried, however often it has to be tried again") {
  Scene scene;
  scene.record(scene.verdict(Disposition::malicious, {kAnn}));
  const Timestamp first = scene.clock.now();
  scene.go_on();
  scene.clock.advance(7s);
  scene.mailbox.deliver(kAnn, scene.copy());
  scene.go_on();
  CHECK(scene.step(1).state == StepState::removed);
  CHECK(scene.step(1).first_try_at == first);
}

}  // namespace secondlook
