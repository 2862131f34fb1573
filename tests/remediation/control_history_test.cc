#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "remediation/control_commands.h"
#include "tests/remediation/scene.h"

namespace secondlook {
namespace {

using nlohmann::json;

const std::string kHeading = "Received,SenderAddress,RecipientAddress,Status,MessageId\n";

struct Traces {
  Result<std::string> ask(ControlRequest request) {
    request.login = "hana";
    const ItemSink nothing = [](std::string_view) { return Result<void>(); };
    const ControlCall call{request, "root", "hana", nothing, nothing};
    const ControlContext context{scene.store, configuration, scene.tenants, queue, reception,
                                 released,    runner,        scene.clock,   ""};
    return answer_command(context, call);
  }
  json import(const std::string& rows, bool dry_run = false) {
    ControlRequest request;
    request.command = "history_import";
    request.content = kHeading + rows;
    request.line = 2;
    request.reason = "trace.csv";
    request.dry_run = dry_run;
    return json::parse(value_of(ask(request)));
  }
  json show(const std::string& address = "") {
    ControlRequest request;
    request.command = "history_show";
    request.address = address;
    return json::parse(value_of(ask(request)));
  }
  // A day so long ago.
  std::string day(int ago) const {
    return format_rfc3339(scene.clock.now() - std::chrono::days(ago)).substr(0, 10);
  }

  Scene scene;
  Configuration configuration;
  StepQueue queue{scene.store, scene.clock};
  ReceptionState reception;
  ReleasedMails released{scene.directory.file("released")};
  CommandRunner runner{scene.store, scene.tenants, queue, released, scene.clock};
};

}  // namespace

TEST_CASE("an imported trace warms the history up, by mails from and to strangers") {
  Traces traces;
  CHECK(traces.show()["warm"] == false);
  const json done =
      traces.import(traces.day(20) + ",bob@partner.example,ann@acme.example,Delivered,<1@p>\n" +
                    traces.day(20) + ",bob@partner.example,ben@acme.example,Delivered,<1@p>\n" +
                    traces.day(10) + ",ann@acme.example,bob@partner.example,Delivered,<2@a>\n" +
                    traces.day(10) + ",ann@acme.example,ben@acme.example,Delivered,<3@a>\n" +
                    traces.day(9) + ",eve@evil.example,ann@acme.example,Quarantined,<4@e>\n");
  CHECK(done["rows"] == 5);
  CHECK(done["delivered"] == 4);
  CHECK(done["with_strangers"] == 3);
  CHECK(done["counted"] == 3);
  const json bob = traces.show("Bob@partner.example");
  CHECK(bob["warm"] == true);
  CHECK(bob["sender"]["mails"] == 1);
  CHECK(bob["sender"]["written_to"] == 1);
  CHECK(bob["sender"]["since"] == traces.day(20));
  CHECK(bob["sender"]["last"] == traces.day(10));
  CHECK(bob["domain"]["mails"] == 1);
  CHECK(traces.show("eve@evil.example")["sender"].is_null());
}

TEST_CASE("the same rows twice, and mails that were recorded, are not counted again") {
  Traces traces;
  const std::string rows =
      traces.day(3) + ",bob@partner.example,ann@acme.example,Delivered,<1@p>\n";
  CHECK(traces.import(rows)["counted"] == 1);
  CHECK(traces.import(rows)["counted"] == 0);
  Verdict verdict = traces.scene.verdict(Disposition::clean, {"ann@acme.example"});
  verdict.message_id = "<5@p>";
  traces.scene.record(verdict);
  CHECK(traces.import(traces.day(0) +
                      ",bob@partner.example,ann@acme.example,Delivered,<5@p>\n")["counted"] == 0);
  CHECK(traces.show("bob@partner.example")["sender"]["mails"] == 1);
}

TEST_CASE("a dry run counts nothing; what was counted stands in the audit without the addresses") {
  Traces traces;
  const std::string rows =
      traces.day(3) + ",bob@partner.example,ann@acme.example,Delivered,<1@p>\n";
  CHECK(traces.import(rows, true)["delivered"] == 1);
  CHECK(traces.show("bob@partner.example")["sender"].is_null());
  traces.import(rows);
  bool was_audited = false;
  const auto rows_of_audit =
      value_of(traces.scene.store.with([](Store& store) { return store.audit_after(0, 100); }));
  for (const AuditRow& row : rows_of_audit) {
    was_audited = was_audited || row.entry.arguments.find("trace.csv") != std::string::npos;
    CHECK(row.entry.arguments.find("bob@partner.example") == std::string::npos);
  }
  CHECK(was_audited);
}

TEST_CASE("a piece that cannot be read changes nothing and says its line") {
  Traces traces;
  ControlRequest request;
  request.command = "history_import";
  request.line = 1000;
  request.content = kHeading + traces.day(3) +
                    ",bob@partner.example,ann@acme.example,Delivered,<1@p>\nnever,a,b,c,d\n";
  const auto refused = traces.ask(request);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "line 1001: \"never\" is no date");
  CHECK(traces.show("bob@partner.example")["sender"].is_null());
}

}  // namespace secondlook
