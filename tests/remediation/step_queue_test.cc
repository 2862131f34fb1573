#include "remediation/step_queue.h"

#include <set>
#include <thread>

#include <catch2/catch.hpp>

#include "base/clock.h"
#include "tests/remediation/scene.h"

namespace secondlook {
namespace {

using namespace std::chrono_literals;

StepId plan(Scene& scene, const std::string& mailbox, std::chrono::seconds in = 0s) {
  scene.record(scene.verdict(Disposition::clean, {"ann@acme.example"}));
  Step step;
  step.message = 1;
  step.tenant = "acme";
  step.mailbox = mailbox;
  step.action = Action::junk;
  step.cause = "retract 1";
  step.planned_at = scene.clock.now();
  step.next_try_at = scene.clock.now() + in;
  return value_of(scene.store.with([&](Store& store) { return store.add_step(step); }));
}

}  // namespace

TEST_CASE("the newest step goes first, and one of a mailbox at a time") {
  Scene scene;
  const StepId first = plan(scene, "ann@acme.example");
  const StepId second = plan(scene, "ann@acme.example");
  const StepId third = plan(scene, "bob@acme.example");
  StepQueue queue(scene.store, scene.clock);
  const auto one = queue.take_if_any();
  const auto two = queue.take_if_any();
  REQUIRE(one.has_value());
  REQUIRE(two.has_value());
  CHECK(one->id == third);
  CHECK(two->id == second);
  CHECK_FALSE(queue.take_if_any().has_value());
  queue.done(*two, false);
  CHECK(queue.take_if_any()->id == second);  // not written: still planned
  static_cast<void>(first);
}

TEST_CASE("a step is not taken before its time") {
  Scene scene;
  plan(scene, "ann@acme.example", 30s);
  StepQueue queue(scene.store, scene.clock);
  CHECK_FALSE(queue.take_if_any().has_value());
  scene.clock.advance(30s);
  CHECK(queue.take_if_any().has_value());
}

TEST_CASE("who waits for changes is told which steps were done") {
  Scene scene;
  plan(scene, "ann@acme.example");
  StepQueue queue(scene.store, scene.clock);
  const std::uint64_t seen = queue.changes();
  const auto step = queue.take_if_any();
  REQUIRE(step.has_value());
  queue.done(*step, false);
  const auto changes = queue.wait_for_change(seen, 0ms);
  CHECK(changes.seen == seen + 1);
  CHECK(changes.steps == std::vector<StepId>{step->id});
  CHECK_FALSE(changes.missed);
}

TEST_CASE("threads carry out every step, woken by what is planned") {
  Scene scene;
  const SystemClock clock;
  const StepContext context{scene.store, scene.tenants, clock, scene.random};
  StepQueue queue(scene.store, clock);
  Executor executor(context, queue);
  executor.start(4);
  std::set<std::string> ids;
  for (int i = 0; i < 20; ++i) {
    const std::string address = "user" + std::to_string(i) + "@acme.example";
    scene.mailbox.add_user(address);
    MailCopy copy = scene.copy();
    copy.received_at = format_rfc3339(scene.clock.now());
    ids.insert(scene.mailbox.deliver(address, copy));
    scene.record(scene.verdict(Disposition::malicious, {address}));
    queue.wake();
  }
  std::uint64_t seen = 0;
  for (;;) {
    const auto removed = value_of(
        scene.store.with([](Store& store) { return store.steps_in_state(StepState::removed); }));
    if (removed.size() == 20) break;
    const auto changes = queue.wait_for_change(seen, 20s);
    REQUIRE(changes.seen != seen);
    seen = changes.seen;
  }
  CHECK(executor.stop(20s));
  for (const std::string& id : ids) CHECK(scene.mailbox.moves_of(id) == 1);
}

}  // namespace secondlook
