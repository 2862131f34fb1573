#include "remediation/begun_resolution.h"

#include <catch2/catch.hpp>

namespace secondlook {

TEST_CASE("a begun step is resolved by what is seen of its copy") {
  struct Row {
    const char* what;
    Sighting sighting;
    Action action;
    bool looks_are_spent;
    Resolution resolution;
  };
  const auto row = GENERATE(
      Row{"moved", Sighting::in_destination, Action::recoverable, false, Resolution::removed},
      Row{"moved, late", Sighting::in_destination, Action::junk, true, Resolution::removed},
      Row{"further", Sighting::beyond_destination, Action::junk, false, Resolution::removed},
      Row{"untouched", Sighting::at_origin, Action::recoverable, false, Resolution::act_again},
      Row{"untouched, late", Sighting::at_origin, Action::purge, true, Resolution::act_again},
      Row{"by the user", Sighting::elsewhere, Action::junk, false, Resolution::act_again},
      Row{"lag", Sighting::nowhere, Action::recoverable, false, Resolution::look_again},
      Row{"gone", Sighting::nowhere, Action::recoverable, true, Resolution::vanished},
      Row{"purge, lag", Sighting::nowhere, Action::purge, false, Resolution::look_again},
      Row{"purged", Sighting::nowhere, Action::purge, true, Resolution::removed});
  INFO(row.what);
  CHECK(resolve_begun(row.sighting, row.action, row.looks_are_spent) == row.resolution);
}

TEST_CASE("how far a copy lies says whether it is where the action wants it") {
  CHECK(sighting_of(Place::visible, true, Action::junk) == Sighting::at_origin);
  CHECK(sighting_of(Place::visible, false, Action::junk) == Sighting::elsewhere);
  CHECK(sighting_of(Place::junk, true, Action::recoverable) == Sighting::at_origin);
  CHECK(sighting_of(Place::junk, false, Action::junk) == Sighting::in_destination);
  CHECK(sighting_of(Place::deleted_items, false, Action::junk) == Sighting::beyond_destination);
  CHECK(sighting_of(Place::recoverable, false, Action::purge) == Sighting::elsewhere);
  CHECK(sighting_of(Place::purges, false, Action::recoverable) == Sighting::beyond_destination);
}

}  // namespace secondlook
