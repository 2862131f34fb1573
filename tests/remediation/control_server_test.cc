#include "remediation/control_server.h"

#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/unix_socket.h"
#include "remediation/peer_rights.h"
#include "schema/frame.h"
#include "tests/remediation/scene.h"

namespace secondlook {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

struct Answer {
  std::vector<json> items, progress;
  json done;
  std::string failure;
};

// A whole service without sockets' names: a real executor, and the control server on a pair.
struct Service {
  Service()
      : queue(scene.store, clock), executor(context, queue), stop(value_of(StopEvent::make())) {
    configuration.paths.database = scene.directory.file("detections.db");
    executor.start(2);
    runner.start();
  }

  Answer ask(const ControlRequest& request) { return ask_bytes(to_json(request)); }

  Answer ask_bytes(const std::string& payload) {
    return ask_bytes(payload, {0, ::geteuid(), ::getegid()});
  }

  Answer ask_bytes(const std::string& payload, const PeerCredentials& peer) {
    ControlServer server(FileDescriptor(),
                         {scene.store, configuration, scene.tenants, queue, reception, released,
                          runner, clock, "seccomp", 20s},
                         stop);
    auto ends = value_of(make_socket_pair());
    REQUIRE(send_frame(ends.first.number(), 1, payload).has_value());
    server.serve(std::move(ends.second), peer);
    Answer answer;
    FrameReader frames(kLargestControlFrame);
    for (;;) {
      const Frame frame = value_of(receive_frame(ends.first.number(), frames, 20s));
      if (frame.type == static_cast<std::uint8_t>(ControlFrame::failed))
        answer.failure = parse_failure(frame.payload).message;
      if (frame.type == static_cast<std::uint8_t>(ControlFrame::done))
        answer.done = json::parse(frame.payload);
      if (frame.type == static_cast<std::uint8_t>(ControlFrame::progress)) {
        answer.progress.push_back(json::parse(frame.payload));
        continue;
      }
      if (frame.type != static_cast<std::uint8_t>(ControlFrame::item)) return answer;
      answer.items.push_back(json::parse(frame.payload));
    }
  }

  std::vector<AuditRow> audit_rows() {
    return value_of(scene.store.with([](Store& store) { return store.audit_after(0, 1000); }));
  }

  // A mail to Ann and Bob, in their inboxes, judged as said.
  void receive(Disposition disposition) {
    MailCopy copy = scene.copy();
    copy.received_at = format_rfc3339(scene.clock.now());
    ids = {scene.mailbox.deliver("ann@acme.example", copy),
           scene.mailbox.deliver("bob@acme.example", copy)};
    scene.record(scene.verdict(disposition, {"ann@acme.example", "bob@acme.example"}));
  }

  ControlRequest request(const std::string& command) const {
    ControlRequest asked;
    asked.command = command;
    asked.select.expression = {"id:1"};
    asked.action = "recoverable";
    return asked;
  }

  Scene scene;
  SystemClock clock;
  StepContext context{scene.store, scene.tenants, clock, scene.random};
  StepQueue queue;
  Executor executor;
  StopEvent stop;
  ReceptionState reception;
  Configuration configuration;
  ReleasedMails released{scene.directory.file("released_mails")};
  CommandRunner runner{scene.store, scene.tenants, queue, released, clock};
  std::vector<std::string> ids;
};

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

TEST_CASE("without a directory, show tells what a lookup knows, and sync says that none is kept") {
  Service service;
  ControlRequest request = service.request("directory_show");
  request.address = "ann@acme.example";
  const Answer shown = service.ask(request);
  REQUIRE(shown.items.size() == 1);
  CHECK(shown.items[0]["id"] == "ann@acme.example");
  CHECK(shown.items[0]["source"] == "graph");
  CHECK(service.ask(service.request("directory_sync")).failure.find("no directory is kept") !=
        std::string::npos);
  const json status = service.ask(service.request("status")).done["directory"];
  REQUIRE(status.size() == 1);
  CHECK(status[0]["synced_at"].is_null());
  CHECK(status[0]["error"].is_null());
}

TEST_CASE("show tells of an address why it is in or out, and of all what is known") {
  Service service;
  service.scene.settings().directory.exclude = {*parse_directory_rule("attribute7 = finance")};
  value_of(service.scene.store.with([&](Store& store) -> Result<int> {
    DirectoryObject ann;
    ann.id = "u1";
    ann.mail = "ann@acme.example";
    ann.addresses = {"ann@acme.example", "a@acme.example"};
    ann.attributes[6] = "Finance";
    const auto generation = store.directory().begin_generation("acme");
    REQUIRE(store.directory().put(*generation, ann));
    REQUIRE(store.directory().publish("acme", *generation, "", {}, true, service.clock.now()));
    REQUIRE(store.directory().note_stranger("acme", "new@acme.example", service.clock.now()));
    return 0;
  }));
  ControlRequest request = service.request("directory_show");
  request.address = "A@acme.example";
  const Answer one = service.ask(request);
  REQUIRE(one.items.size() == 1);
  CHECK(one.items[0]["mailbox"] == "ann@acme.example");
  CHECK(one.items[0]["treatment"] == "excluded");
  CHECK(one.items[0]["because"] == "exclude: attribute7 = finance");
  request.address = "bob@acme.example";  // in Graph, not in the directory yet
  const Answer unknown = service.ask(request);
  REQUIRE(unknown.items.size() == 1);
  CHECK(unknown.items[0]["because"] == "unknown to the directory; found by address");
  const Answer all = service.ask(service.request("directory_show"));
  REQUIRE(all.items.size() == 2);
  CHECK(all.items[0]["address"] == "ann@acme.example");
  CHECK(all.items[1]["address"] == "new@acme.example");
  CHECK(all.items[1]["kind"] == "unknown");
  const json status = service.ask(service.request("status")).done["directory"][0];
  CHECK(status["users"] == 1);
  CHECK(status["unknown_recipients"] == 1);
  CHECK(status["age_seconds"] >= 0);
}

TEST_CASE("overrides are imported as a whole, told, and refused where a file is their source") {
  Service service;
  ControlRequest request = service.request("directory_import");
  request.content = "address,setting,note\nann@acme.example,exclude,on leave\n";
  request.dry_run = true;
  CHECK(service.ask(request).done["overrides"] == 1);
  CHECK(service.ask(service.request("directory_export")).items.empty());
  request.dry_run = false;
  CHECK(service.ask(request).done["overrides"] == 1);
  const Answer told = service.ask(service.request("directory_export"));
  REQUIRE(told.items.size() == 1);
  CHECK(told.items[0]["address"] == "ann@acme.example");
  CHECK(told.items[0]["setting"] == "exclude");
  request.content = "address,setting\nann@acme.example,ignore\n";
  CHECK(service.ask(request).failure.find("line 2") != std::string::npos);
  CHECK(service.ask(service.request("directory_export")).items.size() == 1);
  service.scene.settings().directory.overrides_file = "/etc/secondlook/overrides.csv";
  CHECK(service.ask(request).failure.find("/etc/secondlook/overrides.csv") != std::string::npos);
}

TEST_CASE("readers may look, and ask what would be done, and nothing else") {
  ControlRequest request;
  const auto may = [&](const char* command, bool dry_run) {
    request.command = command;
    request.dry_run = dry_run;
    return is_for_readers(request);
  };
  CHECK(may("status", false));
  CHECK(may("directory_show", false));
  CHECK(may("directory_export", false));
  CHECK_FALSE(may("directory_import", true));
  CHECK_FALSE(may("directory_sync", true));
  CHECK(may("retract", true));
  CHECK(may("restore", true));
  CHECK_FALSE(may("retract", false));
  CHECK_FALSE(may("restore", false));
  CHECK_FALSE(may("resume", true));
  CHECK_FALSE(may("directory_sync", false));
}

TEST_CASE("the audit says who did what, why, and how it ended") {
  Service service;
  service.receive(Disposition::clean);
  ControlRequest request = service.request("retract");
  request.login = "olga";
  request.reason = "ticket 17";
  service.ask(request);
  const auto rows = service.audit_rows();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].kind == "command");
  CHECK(rows[0].entry.login == "olga");
  CHECK(rows[0].entry.who == name_of_user(::geteuid()));
  CHECK(json::parse(rows[0].entry.arguments)["reason"] == "ticket 17");
  CHECK(rows[1].kind == "outcome");
  CHECK(rows[1].entry.about == 1);
  CHECK(json::parse(rows[1].entry.outcome)["states"]["removed"] == 2);
}

TEST_CASE("who may not act is refused, and the audit says so, a bounded number of times") {
  Service service;
  service.receive(Disposition::clean);
  const PeerCredentials stranger{0, 4'000'000, 4'000'000};
  const std::string request = to_json(service.request("retract"));
  CHECK(service.ask_bytes(request, stranger).failure.find("may not ask") != std::string::npos);
  CHECK(service.scene.steps().empty());
  const auto rows = service.audit_rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].kind == "refused");
  CHECK(rows[0].entry.who == "4000000");
  CHECK(rows[0].entry.command == "retract");
  CHECK(rows[0].entry.outcome.find("secondlook-readers") != std::string::npos);

  RefusalAudit refusals;
  const ControlRequest asked = service.request("retract");
  const ItemSink sink = [](std::string_view) { return Result<void>(); };
  const ControlContext context{service.scene.store,
                               service.configuration,
                               service.scene.tenants,
                               service.queue,
                               service.reception,
                               service.released,
                               service.runner,
                               service.scene.clock,
                               "seccomp",
                               20s};
  const auto refuse = [&](uid_t user) {
    CHECK(refusals.add(context, {asked, std::to_string(user), "", sink, sink}, user, "no")
              .has_value());
  };
  for (unsigned i = 0; i < RefusalAudit::kMostAnHour + 20; ++i) refuse(7);
  CHECK(service.audit_rows().size() == 1 + RefusalAudit::kMostAnHour);
  refuse(8);
  service.scene.clock.advance(1h);
  refuse(7);
  CHECK(service.audit_rows().size() == 3 + RefusalAudit::kMostAnHour);
}

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
    return value_of(service.scene.store.with([&](Store& store) {
      return store.copies_retracted(person, service.clock.now() - ago);
    }));
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

TEST_CASE("a mail restored as a false positive is kept, so that later rules leave it alone") {
  Service service;
  REQUIRE(service.released.prepare());
  MailCopy copy = service.scene.copy();
  service.ids = {service.scene.mailbox.deliver("ann@acme.example", copy)};
  Verdict verdict = service.scene.verdict(Disposition::malicious, {"ann@acme.example"});
  verdict.rule_set = "set1";
  verdict.reduced_mail = "QUJD";
  service.scene.record(verdict);
  const std::string file = service.scene.directory.file("released_mails/1.json");
  ControlRequest request = service.request("restore");
  request.reason = "our bank";
  CHECK(service.ask(request).failure.empty());
  CHECK(content_of(file).empty());  // restored, but the verdict was not called wrong

  request.false_positive = true;
  CHECK(service.ask(request).failure.empty());
  const auto kept = parse_released_mail(content_of(file));
  REQUIRE(kept);
  CHECK(kept->packed == "QUJD");
  CHECK(kept->rule_set == "set1");
  CHECK(kept->reason == "our bank");
  CHECK_FALSE(kept->released_by.empty());
}

TEST_CASE("a released mail that a stop left without its file gets it at the next start") {
  Service service;
  REQUIRE(service.released.prepare());
  Verdict verdict = service.scene.verdict(Disposition::malicious, {"ann@acme.example"});
  verdict.reduced_mail = "QUJD";
  service.scene.record(verdict);
  const auto complete = [&] {
    return service.scene.store.with(
        [&](Store& store) { return service.released.complete(store, Timestamp()); });
  };
  REQUIRE(complete());
  const std::string file = service.scene.directory.file("released_mails/1.json");
  CHECK(content_of(file).empty());
  REQUIRE(service.scene.store.with([](Store& store) { return store.mark_restored(1, true); }));
  REQUIRE(complete());
  CHECK(parse_released_mail(content_of(file)));
}

TEST_CASE("accepting a rule set is recorded in the audit and in the analyzer's file") {
  Service service;
  REQUIRE(service.released.prepare());
  ControlRequest request;
  request.command = "accept_rules";
  CHECK_FALSE(service.ask(request).failure.empty());
  request.reason = "the newsletter is gone";
  for (const char* rule_set : {"set1", "set2", "set1"}) {
    request.rule_set = rule_set;
    CHECK(service.ask(request).done["accepted"] == rule_set);
  }
  const auto accepted = parse_accepted_rule_sets(
      content_of(service.scene.directory.file("released_mails/accepted.json")));
  REQUIRE(accepted);
  REQUIRE(accepted->size() == 2);
  CHECK((*accepted)[1].rule_set == "set1");
  CHECK((*accepted)[1].reason == "the newsletter is gone");
}

}  // namespace secondlook
