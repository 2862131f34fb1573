#include "graph_client/request_gate.h"

#include <catch2/catch.hpp>

#include "tests/support/fixed_random.h"
#include "tests/support/manual_clock.h"

namespace secondlook {

using namespace std::chrono_literals;
using Kind = GraphError::Kind;

namespace {

struct Street {
  ManualClock clock;
  FixedRandom random;
  RequestGate gate{3, 8, clock, random};

  // The code of the refusal; "go" when it may go, and is answered with `error` (nothing: well).
  std::string go(const std::string& mailbox, const GraphError* error = nullptr) {
    auto pass = gate.enter(mailbox, 0ms);
    if (!pass) {
      CHECK(pass.error().kind == Kind::throttled);
      CHECK_FALSE(pass.error().was_sent);
      CHECK(pass.error().retry_after.has_value());
      return pass.error().code;
    }
    if (error == nullptr)
      pass->answered();
    else
      pass->failed(*error);
    return "go";
  }
};

GraphError throttled(int status, const char* code, std::chrono::milliseconds wait) {
  GraphError error;
  error.kind = Kind::throttled;
  error.status = status;
  error.code = code;
  error.retry_after = wait;
  return error;
}

GraphError outage(int status) {
  GraphError error;
  error.kind = Kind::temporary;
  error.status = status;
  return error;
}

}  // namespace

TEST_CASE("a throttled mailbox is left alone as long as Graph says, the others go on more slowly") {
  Street street;
  const GraphError error = throttled(429, "ApplicationThrottled", 2128ms);
  CHECK(street.go("a", &error) == "go");
  const auto refused = street.gate.enter("a", 0ms);
  CHECK(refused.error().code == "paused");
  CHECK(refused.error().retry_after == 2128ms);
  CHECK(street.go("b") == "go");
  const GraphLoad load = street.gate.load();
  CHECK(load.throttled == 1);
  CHECK(load.may_be_in_flight == 4);
  CHECK(load.paused_mailboxes == 1);
  CHECK_FALSE(load.paused);
  CHECK(load.refused_here == 1);
  street.clock.advance(2128ms);
  CHECK(street.go("a") == "go");
  CHECK(street.gate.load().paused_mailboxes == 0);
}

TEST_CASE("throttling that is not about a mailbox slows the whole tenant") {
  for (const GraphError& error :
       {throttled(503, "serviceNotAvailable", 10s), throttled(429, "TooManyRequests", 10s)}) {
    Street street;
    CHECK(street.go("a", &error) == "go");
    CHECK(street.go("b") == "paused");
    CHECK(street.go("") == "paused");
    CHECK(street.gate.load().paused);
    street.clock.advance(10s);
    CHECK(street.go("b") == "go");
  }
}

TEST_CASE("when many mailboxes are throttled, the tenant is") {
  Street street;
  const GraphError error = throttled(429, "ApplicationThrottled", 10s);
  for (const char* const mailbox : {"a", "b", "c"}) CHECK(street.go(mailbox, &error) == "go");
  CHECK(street.go("x") == "go");
  CHECK(street.go("d", &error) == "go");
  CHECK(street.go("x") == "paused");
}

TEST_CASE("a wish of hours pauses its mailbox for hours, the tenant for five minutes") {
  Street street;
  const GraphError error = throttled(503, "serviceNotAvailable", 3h);
  CHECK(street.go("a", &error) == "go");
  street.clock.advance(5min);
  CHECK(street.go("b") == "go");
  CHECK(street.go("a") == "paused");
  street.clock.advance(3h);
  CHECK(street.go("a") == "go");
}

TEST_CASE("when Graph is down nothing is sent but single probes, and all goes on after one") {
  Street street;
  const GraphError lost = outage(0);
  for (int count = 0; count < 10; ++count)
    CHECK(street.go(count % 2 == 0 ? "a" : "b", &lost) == "go");
  CHECK(street.go("c") == "circuitOpen");
  CHECK(street.gate.load().circuit_open);
  CHECK(street.gate.load().failed == 10);
  street.clock.advance(5s);
  {
    const auto probe = street.gate.enter("c", 0ms);
    REQUIRE(probe.has_value());
    CHECK(street.go("d") == "circuitOpen");
  }  // never sent: the next one is the probe
  CHECK(street.go("d", &lost) == "go");
  CHECK(street.go("e") == "circuitOpen");
  street.clock.advance(10s);
  CHECK(street.go("e") == "go");
  CHECK(street.go("a") == "go");
  CHECK_FALSE(street.gate.load().circuit_open);
  CHECK(street.gate.load().circuit_opened == 1);
}

TEST_CASE("an answer about the mail, or no token, is no outage of Graph") {
  Street street;
  GraphError gone;
  gone.kind = Kind::stale_id;
  gone.status = 404;
  GraphError no_token = outage(0);
  no_token.was_sent = false;
  for (int count = 0; count < 50; ++count) {
    CHECK(street.go(std::to_string(count), &gone) == "go");
    CHECK(street.go(std::to_string(count), &no_token) == "go");
  }
  CHECK(street.gate.load().failed == 0);
}

TEST_CASE("failures use the budget up: then a request a second, however many ask") {
  Street street;
  const GraphError sick = outage(504);
  for (int count = 0; count < 60 && street.go("a", &sick) == "go"; ++count) {
  }
  CHECK(street.go("b") == "retryBudget");
  street.clock.advance(1s);
  CHECK(street.go("b") == "go");
  CHECK(street.go("c") == "retryBudget");
}

}  // namespace secondlook
