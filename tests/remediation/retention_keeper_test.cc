#include "remediation/retention_keeper.h"

#include <catch2/catch.hpp>

#include "tests/remediation/scene.h"

namespace secondlook {

TEST_CASE("a round forgets all that is older than the days, and nothing else") {
  Scene scene;
  const StopEvent stop = value_of(StopEvent::make());
  for (int n = 0; n < 40; ++n) {
    Verdict verdict = scene.verdict(Disposition::clean, {"ann@acme.example"});
    verdict.message_id = "<" + std::to_string(n) + ">";
    scene.record(verdict);
  }
  RetentionKeeper kept(scene.store, 30, scene.clock, stop);
  CHECK(value_of(kept.keep_house()) == 0);
  scene.clock.advance(std::chrono::hours(24 * 31));
  RetentionKeeper all(scene.store, 0, scene.clock, stop);
  CHECK(value_of(all.keep_house()) == 0);
  CHECK(value_of(kept.keep_house()) == 40);
  CHECK(value_of(scene.store.with([](Store& store) { return store.counts(); })).messages == 0);
}

}  // namespace secondlook
