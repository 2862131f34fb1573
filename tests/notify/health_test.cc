#include "notify/health.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "notify/stage_lag.h"
#include "tests/notify/observed_service.h"

using namespace secondlook;

TEST_CASE("a service that works is healthy and ready") {
  const ObservedService service;
  CHECK(not_healthy_because(service.seen).empty());
  CHECK(not_ready_because(service.seen).empty());
}

TEST_CASE("without ingest nothing can be received, and the answer says so") {
  ObservedService service;
  service.process(2).state = ProcessState::waiting;
  service.process(2).detail = "was ended by signal 9 (Killed)";
  const auto because = not_ready_because(service.seen);
  REQUIRE(because.size() == 1);
  CHECK(because[0] == "secondlook-ingest is waiting: was ended by signal 9 (Killed)");
}

TEST_CASE("a log over its bound defers reports: not ready, though every process is") {
  ObservedService service;
  service.ingest->unrecorded_bytes.set(1'000);
  REQUIRE(not_ready_because(service.seen).size() == 1);
  service.ingest->unrecorded_bytes.set(999);
  CHECK(not_ready_because(service.seen).empty());
}

TEST_CASE("remediation that does not answer is named by both questions") {
  ObservedService service;
  service.seen.service = temporary("nobody listens");
  CHECK(not_ready_because(service.seen).size() == 1);
  CHECK(not_healthy_because(service.seen) == std::vector<std::string>{"service: nobody listens"});
}

TEST_CASE("alerts that cannot be looked at are not healthy, and mail is received all the same") {
  ObservedService service;
  service.seen.alerts = temporary("alerts.db: is away");
  CHECK(not_healthy_because(service.seen) ==
        std::vector<std::string>{"alerts: alerts.db: is away"});
  CHECK(not_ready_because(service.seen).empty());
  service.seen.alerts = AlertNumbers{};
  CHECK(not_healthy_because(service.seen).empty());
}

TEST_CASE(
    "with the analyzer away what is not recorded is its lag, and old enough it is not ready") {
  ObservedService service;
  service.process(1).state = ProcessState::waiting;
  service.ingest->durable_sequence.set(130);
  const auto since = [&](std::chrono::seconds age) {
    service.ingest->oldest_unrecorded_at.set(service.seen.now - age);
  };
  since(std::chrono::seconds(30));
  CHECK(stage_lags(service.seen).analysis.records == 30);
  CHECK(stage_lags(service.seen).analysis.seconds == Approx(30));
  CHECK(not_ready_because(service.seen).empty());
  since(kMostLag + std::chrono::seconds(1));
  CHECK(not_ready_because(service.seen).size() == 1);
}

TEST_CASE("each stage has its own lag") {
  ObservedService service;
  service.ingest->durable_sequence.set(120);
  service.ingest->oldest_unrecorded_at.set(service.seen.now - std::chrono::seconds(9));
  service.analyzer->next_sequence.set(116);
  service.analyzer->waiting.set(4);
  service.analyzer->unacknowledged.set(11);
  service.analyzer->oldest_waiting_at.set(service.seen.now - std::chrono::seconds(3));
  const StageLags lags = stage_lags(service.seen);
  CHECK(lags.analysis.records == 5 + 4);
  CHECK(lags.analysis.seconds == Approx(3));
  CHECK(lags.recording.records == 11);
  CHECK(lags.recording.seconds == Approx(9));
  CHECK(lags.removal.records == 2);
  CHECK(lags.removal.seconds == Approx(12));
}

TEST_CASE("what is due later is no lag") {
  ObservedService service;
  service.seen.tallies->oldest_due = service.seen.now + std::chrono::hours(1);
  CHECK(stage_lags(service.seen).removal.seconds == 0);
}

TEST_CASE("the answer is text, or JSON for who accepts it") {
  const HttpAnswer good = health_answer("ready", {}, "");
  CHECK(good.status == 200);
  CHECK(good.body == "ready\n");
  CHECK(health_answer("ready", {"a", "b"}, "*/*").body == "not ready\n- a\n- b\n");
  const HttpAnswer bad =
      health_answer("ready", {"a \"quoted\" reason"}, "text/html, application/json");
  CHECK(bad.status == 503);
  CHECK(bad.content_type == "application/json");
  const auto json = nlohmann::json::parse(bad.body);
  CHECK(json["ready"] == false);
  CHECK(json["because"][0] == "a \"quoted\" reason");
}
