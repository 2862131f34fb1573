#include <catch2/catch.hpp>

#include "remediation/brake.h"
#include "remediation/plan.h"
#include "remediation/removal.h"
#include "tests/remediation/scene.h"

namespace secondlook {

using namespace std::chrono_literals;

namespace {

// A phish that EOP quarantined: no copy comes while it is looked for.
void record_quarantined(Scene& scene) {
  scene.settings().graph.give_up_after = 60s;
  Verdict verdict = scene.verdict(Disposition::malicious, {"ann@acme.example"});
  verdict.eop.category = "HPHISH";
  scene.record(verdict);
  for (int i = 0; i < 10; ++i) {
    scene.go_on();
    scene.clock.advance(30s);
  }
}

}  // namespace

TEST_CASE("a mail in quarantine is not delivered, and removed when it is released") {
  Scene scene;
  record_quarantined(scene);
  CHECK(scene.step(1).state == StepState::not_delivered);
  CHECK(scene.step(1).detail.find("HPHISH") != std::string::npos);
  scene.clock.advance(4 * 24h);
  MailCopy released = scene.copy();
  released.network_message_id = scene.copy().network_message_id;
  released.received_at = "2026-11-22T12:00:02Z";
  const std::string id = scene.mailbox.deliver("ann@acme.example", released);
  scene.go_on();
  CHECK(scene.step(1).state == StepState::removed);
  CHECK(scene.mailbox.moves_of(id) == 1);
}

TEST_CASE("mails released from quarantine all at once are stopped by the brake, to the copy") {
  Scene scene;
  scene.settings().graph.give_up_after = 60s;
  scene.settings().policy.brake.copies_per_hour = 3;
  for (int i = 0; i < 5; ++i) {
    Verdict verdict = scene.verdict(Disposition::malicious, {"ann@acme.example"});
    verdict.message_id = "<released-" + std::to_string(i) + "@mallory.example>";
    verdict.digest = std::string(63, 'a') + std::to_string(i);
    verdict.eop.category = "HPHISH";
    scene.record(verdict);
    for (int look = 0; look < 4; ++look) {
      scene.go_on();
      scene.clock.advance(30s);
    }
  }
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    REQUIRE(scene.step(i + 1).state == StepState::not_delivered);
    MailCopy copy = scene.copy();
    copy.internet_message_id = "<released-" + std::to_string(i) + "@mallory.example>";
    ids.push_back(scene.mailbox.deliver("ann@acme.example", copy));
  }
  scene.clock.advance(24h);
  scene.go_on();
  int moved = 0, held = 0;
  for (const std::string& id : ids) moved += scene.mailbox.moves_of(id);
  for (const Step& step : scene.steps()) held += step.state == StepState::held_by_brake ? 1 : 0;
  CHECK(moved == 3);
  CHECK(held == 2);
  value_of(scene.store.in_transaction(
      [&](Store& store) { return release_brake(store, HeldSteps::apply, scene.clock.now()); }));
  scene.go_on();
  for (const std::string& id : ids) CHECK(scene.mailbox.moves_of(id) == 1);
}

TEST_CASE("a mail that stays in quarantine is looked for twice a day, and at last not found") {
  Scene scene;
  record_quarantined(scene);
  const std::size_t before = scene.mailbox.calls().size();
  for (int day = 0; day < 29; ++day) {
    scene.go_on();
    scene.clock.advance(24h);
  }
  CHECK(scene.step(1).state == StepState::not_delivered);
  CHECK(scene.mailbox.calls().size() - before < 200);
  SECTION("an outage at a look is no failure") {
    scene.mailbox.fail_next("find_copies", lost_answer());
    scene.go_on();
    CHECK(scene.step(1).state == StepState::not_delivered);
  }
  scene.clock.advance(2 * 24h);
  scene.go_on();
  scene.clock.advance(24h);
  scene.go_on();
  CHECK(scene.step(1).state == StepState::not_found);
  CHECK_FALSE(scene.step(1).next_try_at.has_value());
}

TEST_CASE("what an operator restored while it was in quarantine is not removed when it comes") {
  Scene scene;
  record_quarantined(scene);
  const Plan plan = plan_restore(scene.steps(), {Action::none, "restore 1", {}}, scene.clock.now());
  REQUIRE(plan.withdrawn.size() == 1);
  CHECK(plan.withdrawn[0].state == StepState::withdrawn);
  CHECK_FALSE(plan.withdrawn[0].next_try_at.has_value());
}

}  // namespace secondlook
