#include "graph_client/retry_budget.h"

#include <catch2/catch.hpp>

namespace secondlook {

using namespace std::chrono_literals;

namespace {
constexpr RetryBudget::Moment kNow{1000h};
}

TEST_CASE("one failure in five is borne for ever") {
  RetryBudget budget;
  for (int round = 0; round < 1000; ++round) {
    budget.failed();
    for (int success = 0; success < 4; ++success) budget.succeeded();
    REQUIRE(budget.ask(kNow) == 0ms);
  }
}

TEST_CASE("when most fails only one request a second is left, until successes pay for more") {
  RetryBudget budget;
  for (int failure = 0; failure < 40; ++failure) budget.failed();
  CHECK(budget.ask(kNow) == 0ms);
  CHECK(budget.ask(kNow + 300ms) == 700ms);
  CHECK(budget.ask(kNow + 1s) == 0ms);
  CHECK(budget.ask(kNow + 1s) == 1s);
  for (int success = 0; success < 4; ++success) budget.succeeded();
  CHECK(budget.ask(kNow + 1s) == 0ms);
  CHECK(budget.left() == 1);
}

}  // namespace secondlook
