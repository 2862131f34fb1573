#include "analyzer/revision_queue.h"

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("reports asked for once more are begun in order, and one put back is the next again") {
  RevisionQueue queue;
  REQUIRE(queue.ask({5, 1, "rules", {}}));
  REQUIRE(queue.ask({3, 2, "password", {4}}));
  CHECK(queue.begin_next()->sequence == 5);
  queue.put_back(5);
  CHECK(queue.begin_next()->sequence == 5);
  CHECK(queue.begin_next()->companions == std::vector<std::uint64_t>{4});
  CHECK_FALSE(queue.has_waiting());
  CHECK_FALSE(queue.begin_next());
  CHECK(queue.finish(3).cause == "password");
}

TEST_CASE("a record is asked for once at a time") {
  RevisionQueue queue;
  REQUIRE(queue.ask({5, 1, "rules", {}}));
  CHECK_FALSE(queue.ask({5, 2, "rules", {}}));
  queue.begin_next();
  queue.finish(5);
  CHECK(queue.ask({5, 2, "rules", {}}));
}

TEST_CASE("more than agreed are refused") {
  RevisionQueue queue;
  for (std::uint64_t i = 1; i <= kMostJudgedAgain; ++i) REQUIRE(queue.ask({i, 1, "", {}}));
  CHECK_FALSE(queue.ask({kMostJudgedAgain + 1, 1, "", {}}));
}
