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

}  // namespace secondlook
