#include "graph_client/request_limits.h"

#include <thread>

#include <catch2/catch.hpp>

namespace secondlook {

using namespace std::chrono_literals;

TEST_CASE("a mailbox has only so many turns, another mailbox its own") {
  RequestLimits limits(2, 10);
  const auto first = limits.wait_for_turn("a", 0ms);
  auto second = limits.wait_for_turn("a", 0ms);
  CHECK(first.has_value());
  CHECK(second.has_value());
  CHECK_FALSE(limits.wait_for_turn("a", 1ms).has_value());
  CHECK(limits.wait_for_turn("b", 0ms).has_value());
  second.reset();
  CHECK(limits.wait_for_turn("a", 0ms).has_value());
}

TEST_CASE("all mailboxes and the directory together have only so many turns") {
  RequestLimits limits(5, 2);
  const auto first = limits.wait_for_turn("a", 0ms);
  auto second = limits.wait_for_turn("", 0ms);
  CHECK_FALSE(limits.wait_for_turn("b", 1ms).has_value());
  CHECK_FALSE(limits.wait_for_turn("", 1ms).has_value());
  second.reset();
  CHECK(limits.wait_for_turn("", 0ms).has_value());
}

TEST_CASE("a throttled burst halves the bound once, and answers bring it back slowly") {
  RequestLimits limits(1, 8);
  std::optional<RequestLimits::Turn> first = limits.wait_for_turn("a", 0ms);
  std::optional<RequestLimits::Turn> second = limits.wait_for_turn("b", 0ms);
  CHECK(limits.in_flight() == 2);
  limits.shrink(*first);
  limits.shrink(*second);
  CHECK(limits.bound() == 4);
  second.reset();
  second.emplace(std::move(*limits.wait_for_turn("b", 0ms)));
  limits.shrink(*second);
  CHECK(limits.bound() == 2);
  CHECK_FALSE(limits.wait_for_turn("c", 1ms).has_value());
  limits.grow();
  CHECK(limits.bound() == 2);
  limits.grow();
  limits.grow();
  CHECK(limits.bound() == 3);
  CHECK(limits.wait_for_turn("c", 0ms).has_value());
  for (int answers = 0; answers < 100; ++answers) limits.grow();
  CHECK(limits.bound() == 8);
}

TEST_CASE("the bound never falls below one") {
  RequestLimits limits(1, 2);
  for (int times = 0; times < 5; ++times) limits.shrink(*limits.wait_for_turn("a", 0ms));
  CHECK(limits.bound() == 1);
  CHECK(limits.wait_for_turn("a", 0ms).has_value());
}

TEST_CASE("who waits gets the turn that is given back") {
  RequestLimits limits(1, 1);
  auto held = limits.wait_for_turn("a", 0ms);
  bool got_it = false;
  std::thread waiting([&] { got_it = limits.wait_for_turn("a", 60s).has_value(); });
  held.reset();
  waiting.join();
  CHECK(got_it);
}

}  // namespace secondlook
