#include "remediation/brake.h"

#include <algorithm>
#include <chrono>

#include <catch2/catch.hpp>

#include "tests/remediation/scene.h"

namespace secondlook {
namespace {

using namespace std::chrono_literals;

// A mail of its own to each of `count` new mailboxes.
void flood(Scene& scene, int count, const std::string& domain = "mallory.example",
           Disposition disposition = Disposition::malicious, const std::string& dmarc = "") {
  static int serial = 0;
  for (int i = 0; i < count; ++i) {
    const std::string name = std::to_string(++serial);
    const std::string address = "user" + name + "@acme.example";
    Verdict verdict = scene.verdict(disposition, {address});
    verdict.authentication.dmarc = dmarc;
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

TEST_CASE("a tenant has a limit of its own") {
  Scene scene;
  scene.settings().policy.brake.copies_per_tenant_per_hour = 3;
  flood(scene, 4);
  const BrakeState state = brake(scene);
  CHECK(state.engaged);
  CHECK(state.because.find("tenant acme") != std::string::npos);
  REQUIRE(state.trip);
  CHECK(state.trip->key.scope == "tenant");
  CHECK(state.trip->copies == 3);
  CHECK(state.trip->limit == 3);
  CHECK(state.trip->messages == std::vector<MessageRowId>{3, 2, 1});
}

TEST_CASE("a sender whose earlier mails were clean and authenticated trips the brake sooner") {
  Scene scene;
  BrakeSettings& limits = scene.settings().policy.brake;
  limits.known_sender_mails = 5;
  limits.copies_per_known_sender_per_hour = 2;
  const auto clean = Disposition::clean;
  const auto malicious = Disposition::malicious;
  SECTION("known, and authenticated now") {
    flood(scene, 5, "mallory.example", clean, "pass");
    flood(scene, 4, "mallory.example", malicious, "pass");
    CHECK(brake(scene).engaged);
    CHECK(brake(scene).trip->key.scope == "known_sender");
    CHECK(count(scene, StepState::planned) == 2);
    CHECK(count(scene, StepState::held_by_brake) == 2);
  }
  SECTION("too few earlier mails") {
    flood(scene, 4, "mallory.example", clean, "pass");
    flood(scene, 4, "mallory.example", malicious, "pass");
    CHECK_FALSE(brake(scene).engaged);
  }
  SECTION("earlier ones that were not authenticated make nobody known") {
    flood(scene, 9, "mallory.example", clean, "fail");
    flood(scene, 4, "mallory.example", malicious, "pass");
    CHECK_FALSE(brake(scene).engaged);
  }
  SECTION("a stranger under a known name cannot trip it") {
    flood(scene, 5, "mallory.example", clean, "pass");
    flood(scene, 4, "mallory.example", malicious, "fail");
    CHECK_FALSE(brake(scene).engaged);
  }
  SECTION("switched off") {
    limits.known_sender_mails = 0;
    flood(scene, 5, "mallory.example", clean, "pass");
    flood(scene, 4, "mallory.example", malicious, "pass");
    CHECK_FALSE(brake(scene).engaged);
  }
}

TEST_CASE("one mail to many trips the brake within the mail, to the copy") {
  Scene scene;
  scene.settings().policy.brake.copies_per_rule_per_hour = 7;
  std::vector<std::string> addresses;
  for (int i = 0; i < 50; ++i) addresses.push_back("many" + std::to_string(i) + "@acme.example");
  scene.record(scene.verdict(Disposition::malicious, addresses));
  CHECK(count(scene, StepState::planned) == 7);
  CHECK(count(scene, StepState::held_by_brake) == 43);
}

TEST_CASE("a copy that was never there gives its place back") {
  Scene scene;
  scene.settings().policy.brake.copies_per_hour = 2;
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example", "bob@acme.example"}));
  Step gone = scene.step(1);
  gone.state = StepState::not_found;
  gone.finished_at = scene.clock.now();
  REQUIRE(scene.store.with([&](Store& store) { return store.update_step(gone); }));
  flood(scene, 1);
  CHECK_FALSE(brake(scene).engaged);
  flood(scene, 1);
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

// remediation_test "[bench]": what the brake costs a copy must not grow with the copies before it.
TEST_CASE("the cost of planning a copy, by how many were planned before", "[.][bench]") {
  Scene scene;
  BrakeSettings& limits = scene.settings().policy.brake;
  limits.copies_per_hour = 1'000'000;
  limits.copies_per_rule_per_hour = limits.copies_per_sender_domain_per_hour = 1'000'000;
  for (int thousand = 1; thousand <= 10; ++thousand) {
    const auto start = std::chrono::steady_clock::now();
    value_of(scene.store.in_transaction([&](Store& store) -> Result<bool> {
      for (int i = 0; i < 1000; ++i) {
        Verdict verdict = scene.verdict(Disposition::malicious, {"ann@acme.example"});
        verdict.digest = std::to_string(thousand) + "/" + std::to_string(i);
        RecordedReport report{scene.delivery(scene.next_sequence++, verdict).stamp, verdict};
        const auto row = store.record(report);
        if (!row) return row.error();
        Step step;
        step.message = row->id;
        step.tenant = "acme";
        step.mailbox = "ann@acme.example";
        step.action = Action::recoverable;
        step.cause = "automatic";
        step.planned_at = scene.clock.now();
        const auto added =
            add_under_brake(store, step, limits, brake_subject(verdict), scene.clock.now());
        if (!added) return added.error();
      }
      return true;
    }));
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    WARN(thousand << ",000 mails: " << took.count() / 1000 << " us a mail, recording included");
  }
  std::vector<std::string> addresses;
  for (int i = 0; i < 10'000; ++i) addresses.push_back("u" + std::to_string(i) + "@acme.example");
  Verdict to_many = scene.verdict(Disposition::malicious, addresses);
  to_many.digest = "many";
  const auto start = std::chrono::steady_clock::now();
  scene.record(to_many);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  WARN("one mail to 10,000: " << took.count() << " ms, recording included");
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
