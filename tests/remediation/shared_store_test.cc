#include "remediation/shared_store.h"

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "schema/store/database_lock.h"
#include "tests/remediation/scene.h"

namespace secondlook {

namespace {

Step step_in(const std::string& mailbox) {
  Step step;
  step.message = 1;
  step.tenant = "acme";
  step.mailbox = mailbox;
  step.action = Action::junk;
  step.cause = "retract 1";
  return step;
}

// Adds a step, and then fails when asked to.
Result<StepId> add(SharedStore& store, const std::string& mailbox, bool fails) {
  return store.in_transaction([&](Store& open) -> Result<StepId> {
    auto id = open.add_step(step_in(mailbox));
    if (fails) return malformed("taken back");
    return id;
  });
}

}  // namespace

TEST_CASE("a transaction that fails is taken back alone, whoever it was committed with") {
  Scene scene;
  scene.record(scene.verdict(Disposition::clean, {"ann@acme.example"}));
  constexpr int kThreads = 8, kEach = 25;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const bool fails = (t + i) % 3 == 0;
        const std::string mailbox = (fails ? "bad" : "good") + std::to_string(t * kEach + i);
        const auto added = add(scene.store, mailbox, fails);
        if (!added) ++failed;
        if (added.has_value() == fails) std::abort();
      }
    });
  for (std::thread& thread : threads) thread.join();
  const auto steps = value_of(scene.store.with([](Store& store) { return store.steps_of(1); }));
  CHECK(static_cast<int>(steps.size()) == kThreads * kEach - failed);
  for (const Step& step : steps) CHECK(step.mailbox.starts_with("good"));
}

TEST_CASE("what was committed with others is in the file when it is said to be") {
  Scene scene;
  scene.record(scene.verdict(Disposition::clean, {"ann@acme.example"}));
  std::vector<std::thread> threads;
  std::atomic<int> seen = 0;
  for (int t = 0; t < 6; ++t)
    threads.emplace_back([&, t] {
      const auto id = add(scene.store, "user" + std::to_string(t), false);
      auto other = Store::open_read_only(scene.directory.file("detections.db"));
      if (!id || !other) return;
      const auto step = (*other)->step(*id);
      if (step && *step) ++seen;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(seen == 6);
}

TEST_CASE("a second process cannot work on the same database") {
  const TemporaryDirectory directory;
  const std::string database = directory.file("detections.db");
  {
    const auto first = lock_database(database);
    REQUIRE(first.has_value());
    const auto second = lock_database(database);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().kind == Error::Kind::forbidden);
    CHECK(second.error().message.find("another secondlook-remediation") != std::string::npos);
  }
  CHECK(lock_database(database).has_value());
}

}  // namespace secondlook
