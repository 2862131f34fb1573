#include "schema/near_name.h"

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("the distance of two words is the letters that are put in, left out or changed") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("sitting", "kitten") == 3);
  CHECK(edit_distance("disposition", "dispositoin") == 2);
  CHECK(edit_distance("mailbox", "mailbox") == 0);
}

TEST_CASE("the nearest name is near enough to be meant, or none") {
  CHECK(nearest_name("serch", {"show", "search", "serve"}) == "search");
  CHECK(nearest_name("xyz", {"show", "search", "serve"}).empty());
  CHECK(nearest_name("show", {}).empty());
}
