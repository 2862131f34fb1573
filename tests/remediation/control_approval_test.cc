#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "remediation/control_server.h"
#include "remediation/peer_rights.h"
#include "tests/remediation/control_scene.h"

namespace secondlook {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using Answer = ControlAnswer;
using Service = ControlledService;

}  // namespace

TEST_CASE("a retract of more copies than approval_above waits for another person") {
  Service service;
  service.scene.settings().policy.approval_above = 1;
  service.receive(Disposition::clean);
  ControlRequest request = service.request("retract");
  request.login = "olga";
  const Answer asked = service.ask(request);
  CHECK(asked.done["state"] == "awaiting_approval");
  CHECK(asked.done["copies"] == 2);
  CHECK(asked.items.empty());
  CHECK(service.scene.steps().empty());
  const json status = service.ask(service.request("status")).done;
  REQUIRE(status["commands"].size() == 1);
  CHECK(status["commands"][0]["state"] == "awaiting_approval");
  CHECK(status["commands"][0]["person"] == "olga");

  ControlRequest approve;
  approve.command = "approve";
  approve.decision = "approve";
  approve.of = 1;
  approve.login = "olga";
  CHECK(service.ask(approve).failure.find("another person") != std::string::npos);
  CHECK(service.audit_rows().back().kind == "refused");
  CHECK(service.scene.steps().empty());

  approve.login = "piotr";
  SECTION("who approves it") {
    CHECK(service.ask(approve).done["state"] == "planning");
    ControlRequest follow;
    follow.command = "follow";
    follow.of = 1;
    CHECK(service.ask(follow).done["states"]["removed"] == 2);
    CHECK(service.ask(approve).failure.find("waits for nobody") != std::string::npos);
    const auto rows = service.audit_rows();
    const auto approval = std::find_if(rows.begin(), rows.end(), [](const AuditRow& row) {
      return row.entry.command == "approve" && row.kind == "command";
    });
    REQUIRE(approval != rows.end());
    CHECK(approval->entry.about == 1);
    CHECK(approval->entry.login == "piotr");
  }
  SECTION("or rejects it, with the reason") {
    approve.decision = "reject";
    approve.reason = "far too many";
    CHECK(service.ask(approve).done["state"] == "rejected");
    CHECK(service.audit_rows().back().entry.outcome.find("far too many") != std::string::npos);
    approve.decision = "approve";
    CHECK_FALSE(service.ask(approve).failure.empty());
    CHECK(service.scene.steps().empty());
  }
  SECTION("or one who may only read: he may not") {
    approve.login = "piotr";
    CHECK_FALSE(service.ask_bytes(to_json(approve), {0, 4'000'000, 4'000'000}).failure.empty());
    CHECK(service.scene.steps().empty());
  }
}

TEST_CASE("a retract of no more copies than approval_above waits for nobody") {
  Service service;
  service.scene.settings().policy.approval_above = 2;
  service.receive(Disposition::clean);
  CHECK(service.ask(service.request("retract")).done["states"]["removed"] == 2);
}

TEST_CASE("a person's retracts of an hour count together, so that cutting one up evades nothing") {
  Service service;
  service.scene.settings().policy.approval_above = 2;
  service.receive(Disposition::clean);
  Verdict other = service.scene.verdict(Disposition::clean, {"carol@acme.example"});
  other.message_id = "<two@mallory.example>";
  other.digest = std::string(64, 'b');
  service.scene.record(other);
  ControlRequest first = service.request("retract");
  first.login = "olga";
  CHECK(service.ask(first).done["states"]["removed"] == 2);
  ControlRequest second = first;
  second.select.expression = {"id:2"};
  second.login = "piotr";
  second.dry_run = true;  // asks for nothing, so it waits for nobody
  CHECK_FALSE(service.ask(second).done.contains("state"));
  second.dry_run = false;
  second.login = "olga";
  const Answer asked = service.ask(second);
  CHECK(asked.done["state"] == "awaiting_approval");
  CHECK(asked.done["copies"] == 1);
  const auto lately = [&](const std::string& person, std::chrono::hours ago) {
    return value_of(service.scene.store.with(
        [&](Store& store) { return store.copies_retracted(person, service.clock.now() - ago); }));
  };
  CHECK(lately("olga", 1h) == 2);  // what waits was not retracted
  CHECK(lately("olga", 0h) == 0);
  CHECK(lately("piotr", 1h) == 0);
}

TEST_CASE("root and our own user are no persons: there the login user counts") {
  CHECK(person_of({0, 0, 0}, "olga") == "olga");
  CHECK(person_of({0, ::geteuid(), 0}, "piotr") == "piotr");
  CHECK(person_of({0, 4'000'000, 0}, "olga") == "uid 4000000");
}

}  // namespace secondlook
