#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

namespace secondlook {

using namespace std::chrono_literals;

TEST_CASE("a manual clock stands still until it is moved") {
  ManualClock clock;
  CHECK(format_rfc3339(clock.now()) == "2026-11-22T12:00:00.000000Z");
  const auto before = clock.steady();
  clock.advance(90s);
  CHECK(format_rfc3339(clock.now()) == "2026-11-22T12:01:30.000000Z");
  CHECK(clock.steady() - before == 90s);
}

TEST_CASE("setting the wall clock leaves the steady clock alone") {
  ManualClock clock;
  const auto before = clock.steady();
  clock.set_wall_clock(clock.now() - 1h);
  CHECK(format_rfc3339(clock.now()) == "2026-11-22T11:00:00.000000Z");
  CHECK(clock.steady() == before);
}

}  // namespace secondlook
