#include "remediation/brake.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/remediation/scene.h"

namespace secondlook {
namespace {

using namespace std::chrono_literals;

// A malicious mail of its own to each of `count` new mailboxes.
void flood(Scene& scene, int count, const std::string& domain = "mallory.example") {
  static int serial = 0;
  for (int i = 0; i < count; ++i) {
    const std::string name = std::to_string(++serial);
    const std::string address = "user" + name + "@acme.example";
    Verdict verdict = scene.verdict(Disposition::malicious, {address});
    verdict.message_id = "<" + name + "@mallory.example>";
    verdict.digest = std::string(56, 'a') + std::string(8 - name.size(), '0') + name;
    verdict.from_domain = domain;
    scene.mailbox.add_user(address);
    MailCopy copy = scene.copy();
    copy.internet_message_id = verdict.message_id;
    scene.mailbox.deliver(address, copy);
    scene.record(verdict);
  }
}

std::size_t count(Scene& scene, StepState state) {
  return value_of(scene.store.with([&](Store& store) { return store.steps_in_state(state); }))
      .size();
}

BrakeState brake(Scene& scene) {
  return value_of(scene.store.with([](Store& store) { return store.brake(); }));
}

BrakeRelease release(Scene& scene, HeldSteps decision) {
  return value_of(scene.store.in_transaction(
      [&](Store& store) { return release_brake(store, decision, scene.clock.now()); }));
}

}  // namespace

TEST_CASE("the brake lets exactly its limit through and holds the rest") {
  Scene scene;
  scene.settings().policy.brake.copies_per_hour = 5;
  flood(scene, 4);
  scene.go_on();
  CHECK_FALSE(brake(scene).engaged);
  flood(scene, 8);
  scene.go_on();
  CHECK(count(scene, StepState::removed) == 5);
  CHECK(count(scene, StepState::held_by_brake) == 7);
  CHECK(brake(scene).engaged);
  CHECK(brake(scene).because.find("in all") != std::string::npos);
}

TEST_CASE("a rule and a sender domain have limits of their own") {
  Scene scene;
  SECTION("by rule") {
    scene.settings().policy.brake.copies_per_rule_per_hour = 3;
    flood(scene, 6);
    CHECK(brake(scene).because.find("PHISH_LINK") != std::string::npos);
  }
  SECTION("by sender domain") {
    scene.settings().policy.brake.copies_per_sender_domain_per_hour = 3;
    flood(scene, 3, "other.example");
    CHECK_FALSE(brake(scene).engaged);
    flood(scene, 3);
    CHECK_FALSE(brake(scene).engaged);
    flood(scene, 1);
    CHECK(brake(scene).because.find("mallory.example") != std::string::npos);
  }
  CHECK(brake(scene).engaged);
}

TEST_CASE("further copies in one mailbox count as well") {
  Scene scene;
  scene.settings().policy.brake.copies_per_hour = 2;
  for (int i = 0; i < 4; ++i) scene.mailbox.deliver("ann@acme.example", scene.copy());
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.go_on();
  CHECK(count(scene, StepState::removed) == 2);
  CHECK(count(scene, StepState::held_by_brake) == 2);
}

TEST_CASE("an hour later there is room again, unless the brake was tripped") {
  Scene scene;
  scene.settings().policy.brake.copies_per_hour = 3;
  flood(scene, 3);
  scene.go_on();
  scene.clock.advance(61min);
  flood(scene, 3);
  CHECK_FALSE(brake(scene).engaged);
  flood(scene, 1);
  CHECK(brake(scene).engaged);
  scene.clock.advance(61min);
  flood(scene, 1);
  CHECK(count(scene, StepState::held_by_brake) == 2);
}

TEST_CASE("resume decides what becomes of the held steps") {
  Scene scene;
  scene.settings().policy.brake.copies_per_hour = 2;
  flood(scene, 7);
  scene.go_on();
  REQUIRE(count(scene, StepState::held_by_brake) == 5);
  scene.clock.advance(1min);
  SECTION("apply: all go, and do not trip it again; new ones find the whole limit") {
    CHECK(release(scene, HeldSteps::apply).released == 5);
    scene.go_on();
    CHECK(count(scene, StepState::removed) == 7);
    flood(scene, 3);
    scene.go_on();
    CHECK(count(scene, StepState::removed) == 9);
    CHECK(count(scene, StepState::held_by_brake) == 1);
  }
  SECTION("drop: none goes") {
    CHECK(release(scene, HeldSteps::drop).dropped == 5);
    scene.go_on();
    CHECK(count(scene, StepState::removed) == 2);
    CHECK(count(scene, StepState::withdrawn) == 5);
    CHECK_FALSE(brake(scene).engaged);
  }
  SECTION("neither: they stay held") {
    CHECK(release(scene, HeldSteps::keep).still_held == 5);
    CHECK(count(scene, StepState::held_by_brake) == 5);
    CHECK_FALSE(brake(scene).engaged);
  }
}

TEST_CASE("only rules that speak for the disposition count against it") {
  Verdict verdict;
  verdict.disposition = Disposition::malicious;
  verdict.hits = {{"PHISH_LINK", 12, Disposition::malicious, "", {}},
                  {"HTML_MESSAGE", 0.1, Disposition::spam, "", {}},
                  {"KNOWN_SENDER", -2, Disposition::malicious, "", {}}};
  CHECK(brake_subject(verdict).rules == std::vector<std::string>{"PHISH_LINK"});
}

}  // namespace secondlook
