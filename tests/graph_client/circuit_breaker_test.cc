#include "graph_client/circuit_breaker.h"

#include <catch2/catch.hpp>

namespace secondlook {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;

namespace {

constexpr CircuitBreaker::Moment kNow{1000h};

CircuitBreaker opened() {
  CircuitBreaker breaker;
  for (unsigned count = 0; count < CircuitBreaker::kFailuresToOpen; ++count)
    breaker.failed(false, std::to_string(count), kNow, 0);
  return breaker;
}

}  // namespace

TEST_CASE("failures in a row open the circuit, one answer between them does not let it") {
  CircuitBreaker breaker;
  for (int round = 0; round < 3; ++round) {
    for (unsigned count = 1; count < CircuitBreaker::kFailuresToOpen; ++count)
      breaker.failed(false, std::to_string(count), kNow, 0);
    breaker.lived(false);
  }
  CHECK(breaker.ask(kNow).may_go);
  CHECK(opened().state() == State::open);
  CHECK_FALSE(opened().ask(kNow).may_go);
}

TEST_CASE("one sick mailbox alone does not stop a tenant") {
  CircuitBreaker breaker;
  for (int count = 0; count < 100; ++count) breaker.failed(false, "a", kNow, 0);
  CHECK(breaker.state() == State::closed);
  breaker.failed(false, "b", kNow, 0);
  CHECK(breaker.state() == State::open);
}

TEST_CASE("when the break is over a single probe goes, and its answer closes the circuit") {
  CircuitBreaker breaker = opened();
  CHECK(breaker.ask(kNow + 1s).wait == 1500ms);
  const auto probe = breaker.ask(kNow + 2500ms);
  CHECK(probe.may_go);
  CHECK(probe.is_probe);
  CHECK_FALSE(breaker.ask(kNow + 3s).may_go);
  CHECK(breaker.ask(kNow + 3s).wait > 0ms);
  SECTION("late news of requests from before says nothing") {
    breaker.lived(false);
    breaker.failed(false, "c", kNow + 3s, 0);
    CHECK(breaker.state() == State::probing);
  }
  SECTION("a probe that was never sent leaves its place to the next") {
    breaker.probe_withdrawn();
    CHECK(breaker.ask(kNow + 3s).is_probe);
  }
  breaker.lived(true);
  CHECK(breaker.state() == State::closed);
  CHECK(breaker.ask(kNow + 3s).may_go);
  CHECK(breaker.times_opened() == 1);
}

TEST_CASE("each probe that fails doubles the break, up to five minutes, spread by chance") {
  CircuitBreaker breaker = opened();
  CircuitBreaker::Moment now = kNow;
  for (const std::chrono::milliseconds expected :
       {2500ms, 5000ms, 10'000ms, 20'000ms, 40'000ms, 80'000ms, 150'000ms, 150'000ms}) {
    CHECK(breaker.ask(now).wait == expected);
    now += expected;
    REQUIRE(breaker.ask(now).is_probe);
    breaker.failed(true, "a", now, 0);
  }
  now += 150s;
  REQUIRE(breaker.ask(now).is_probe);
  breaker.failed(true, "a", now, 0.5);
  CHECK(breaker.ask(now).wait == 225s);
  CHECK(breaker.times_opened() == 1);
}

}  // namespace secondlook
