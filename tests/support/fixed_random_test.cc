#include "tests/support/fixed_random.h"

#include <catch2/catch.hpp>

namespace secondlook {

TEST_CASE("the same seed gives the same UUIDs, another seed gives others") {
  FixedRandom one(7);
  FixedRandom same(7);
  FixedRandom other(8);
  const std::string first = make_uuid(one);
  CHECK(first == make_uuid(same));
  CHECK(first != make_uuid(other));
  CHECK(first != make_uuid(one));
}

}  // namespace secondlook
