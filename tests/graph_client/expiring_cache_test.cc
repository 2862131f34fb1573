#include "graph_client/expiring_cache.h"

#include <catch2/catch.hpp>

namespace secondlook {

using namespace std::chrono_literals;

TEST_CASE("an entry ends when its time has come") {
  const ExpiringCache<int>::Moment now(1h);
  ExpiringCache<int> cache(10);
  cache.keep("a", 1, now + 5min, now);
  CHECK(cache.find("a", now + 4min) == 1);
  CHECK_FALSE(cache.find("a", now + 5min).has_value());
  CHECK_FALSE(cache.find("b", now).has_value());
}

TEST_CASE("a full cache loses what has ended first, and never grows") {
  const ExpiringCache<int>::Moment now(1h);
  ExpiringCache<int> cache(2);
  cache.keep("old", 1, now + 1min, now);
  cache.keep("kept", 2, now + 1h, now);
  cache.keep("new", 3, now + 1h, now + 2min);
  CHECK(cache.find("kept", now + 2min) == 2);
  CHECK(cache.find("new", now + 2min) == 3);
  for (int number = 0; number < 100; ++number) {
    cache.keep(std::to_string(number), number, now + 1h, now);
    CHECK(cache.size() <= 2);
  }
}

}  // namespace secondlook
