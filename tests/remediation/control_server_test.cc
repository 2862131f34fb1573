#include "remediation/control_server.h"

#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "tests/remediation/control_scene.h"

namespace secondlook {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using Answer = ControlAnswer;
using Service = ControlledService;

}  // namespace

TEST_CASE("a clean mail is retracted by hand and restored, copy by copy") {
  Service service;
  service.receive(Disposition::clean);
  const Answer retracted = service.ask(service.request("retract"));
  INFO(retracted.failure);
  REQUIRE(retracted.items.size() == 2);
  CHECK(retracted.done["states"]["removed"] == 2);
  CHECK(retracted.done["waiting"] == 0);
  CHECK(retracted.items[0]["folder_before"] == "Folder inbox");
  CHECK(retracted.items[0]["id"] == 1);
  for (const auto& id : service.ids) CHECK(service.scene.mailbox.folder_of(id) == "recoverable");
  CHECK(service.scene.step(1).cause == "retract 1");

  const Answer restored = service.ask(service.request("restore"));
  CHECK(restored.done["states"]["restored"] == 2);
  for (const auto& id : service.ids) CHECK(service.scene.mailbox.folder_of(id) == "inbox");
  CHECK(service.ask(service.request("restore")).done["copies"] == 0);
}

TEST_CASE("a retraction that nobody listens to any more can be followed by its number") {
  Service service;
  service.receive(Disposition::clean);
  const Answer retracted = service.ask(service.request("retract"));
  CHECK(retracted.done["command"] == 1);
  REQUIRE_FALSE(retracted.progress.empty());
  CHECK(retracted.progress.front()["command"] == 1);
  ControlRequest follow;
  follow.command = "follow";
  follow.of = 1;
  const Answer followed = service.ask(follow);
  CHECK(followed.items.size() == 2);
  CHECK(followed.done["states"]["removed"] == 2);
  CHECK(followed.done["state"] == "done");
  CHECK(service.audit_rows().size() == 2);  // told twice, ended once
  follow.of = 99;
  CHECK(service.ask(follow).failure.find("no retract or restore 99") != std::string::npos);
}

TEST_CASE("restore command:N puts back what that command moved, and nothing else") {
  Service service;
  service.receive(Disposition::clean);
  ControlRequest request = service.request("retract");
  request.select.mailboxes = {"ann@acme.example"};
  service.ask(request);
  request.select.mailboxes = {"bob@acme.example"};
  const Answer second = service.ask(request);
  const int number = second.done["command"].get<int>();
  ControlRequest restore = service.request("restore");
  restore.select.expression = {"command:" + std::to_string(number)};
  CHECK(service.ask(restore).done["states"]["restored"] == 1);
  CHECK(service.scene.mailbox.folder_of(service.ids[0]) == "recoverable");
  CHECK(service.scene.mailbox.folder_of(service.ids[1]) == "inbox");
}

TEST_CASE("a dry run tells what would be done, and does nothing") {
  Service service;
  service.receive(Disposition::clean);
  ControlRequest request = service.request("retract");
  request.dry_run = true;
  const Answer answer = service.ask(request);
  CHECK(answer.items.size() == 2);
  CHECK(answer.items[0]["state"] == "planned");
  CHECK(service.scene.steps().empty());
  CHECK(service.scene.mailbox.calls().empty());
}

TEST_CASE("retract reaches only the mailboxes that were named") {
  Service service;
  service.receive(Disposition::clean);
  ControlRequest request = service.request("retract");
  request.select.mailboxes = {"BOB@acme.example"};
  const Answer answer = service.ask(request);
  REQUIRE(answer.items.size() == 1);
  CHECK(answer.items[0]["mailbox"] == "bob@acme.example");
  CHECK(service.scene.mailbox.folder_of(service.ids[0]) == "inbox");
}

TEST_CASE("a message restored by hand stays when the same report comes again") {
  Service service;
  service.receive(Disposition::malicious);
  service.queue.wake();
  service.ask(service.request("restore"));
  for (int i = 0; i < 2; ++i)
    service.scene.record(service.scene.verdict(
        Disposition::malicious, {"ann@acme.example", "bob@acme.example", "carol@acme.example"}));
  service.queue.wake();
  CHECK(service.executor.stop(20s));
  for (const auto& id : service.ids) CHECK(service.scene.mailbox.folder_of(id) == "inbox");
}

TEST_CASE("copies that are not there yet are told as waiting") {
  Service service;
  service.scene.record(service.scene.verdict(Disposition::clean, {"ann@acme.example"}));
  service.scene.mailbox.fail_next("find_copies", [] {
    GraphError error = graph_error(GraphError::Kind::throttled, 429, "TooManyRequests");
    error.retry_after = 1h;
    return error;
  }());
  const Answer answer = service.ask(service.request("retract"));
  CHECK(answer.done["waiting"] == 1);
  REQUIRE(answer.items.size() == 1);
  CHECK(answer.items[0]["state"] == "planned");
}

TEST_CASE("what cannot be meant is refused in plain words") {
  Service service;
  service.receive(Disposition::clean);
  ControlRequest request = service.request("retract");
  SECTION("no action") {
    request.action = "";
  }
  SECTION("an unknown action") {
    request.action = "explode";
  }
  SECTION("an empty selection") {
    request.select.expression.clear();
  }
  SECTION("an unknown field") {
    request.select.expression = {"colour:red"};
  }
  SECTION("an unknown command") {
    request.command = "reboot";
  }
  SECTION("a decision that is none") {
    request.command = "resume";
    request.decision = "maybe";
  }
  CHECK_FALSE(service.ask(request).failure.empty());
  CHECK(service.scene.steps().empty());
}

TEST_CASE("a request that is no JSON is answered, not obeyed") {
  Service service;
  for (const char* payload : {"", "{", "[]", "null", "{\"command\": 7}"})
    CHECK_FALSE(service.ask_bytes(payload).failure.empty());
}

TEST_CASE("messages of two tenants need to be meant") {
  Service service;
  service.receive(Disposition::clean);
  Delivery other =
      service.scene.delivery(2, service.scene.verdict(Disposition::clean, {"x@beta.example"}));
  other.stamp.tenant = "beta";
  service.scene.tenants["beta"] = service.scene.tenants.at("acme");
  service.scene.tenants.at("beta").settings.name = "beta";
  value_of(service.scene.recorder.record({other}));
  ControlRequest request = service.request("retract");
  request.select.expression = {"from:mallory.example"};
  CHECK(service.ask(request).failure.find("several tenants") != std::string::npos);
  request.select.all_tenants = true;
  CHECK(service.ask(request).failure.empty());
}

TEST_CASE("status names everything the tool may print") {
  Service service;
  service.reception.set_log(kTestLog);
  service.reception.set_durable(12);
  service.reception.set_recorded(9);
  service.receive(Disposition::clean);
  const json status = service.ask(service.request("status")).done;
  for (const char* name : {"mode", "reports", "recorded", "lag", "brake", "tenants", "commands",
                           "malware_scanning", "confinement", "steps"})
    CHECK(status.contains(name));
  CHECK(status["mode"] == "enforce");
  CHECK(status["lag"] == 3);
  CHECK(status["brake"]["engaged"] == false);
  CHECK(status["malware_scanning"].is_null());
}

TEST_CASE("resume releases the brake, and the audit names who did") {
  Service service;
  service.scene.settings().policy.brake.copies_per_hour = 1;
  service.receive(Disposition::malicious);
  service.queue.wake();
  const json engaged = service.ask(service.request("status")).done["brake"];
  CHECK(engaged["engaged"] == true);
  CHECK(engaged["tripped_by"]["scope"] == "all");
  CHECK(engaged["tripped_by"]["messages"] == json::array({1}));
  ControlRequest request = service.request("resume");
  request.decision = "apply";
  CHECK(service.ask(request).done["released"] == 1);
  CHECK(service.ask(service.request("status")).done["brake"]["engaged"] == false);
}

}  // namespace secondlook
