#include "cli/doctor.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/unix_socket.h"
#include "schema/store/store.h"
#include "tests/cli/desk.h"
#include "tests/support/scripted_smtp_server.h"
#include "tests/support/test_certificate.h"

using namespace secondlook;

namespace {

using nlohmann::json;
using State = Finding::State;
using Frames = FakeService::Conversation;

std::string state_of(const Findings& findings, const std::string& check, const std::string& part) {
  for (const Finding& finding : findings)
    if (finding.check == check && finding.finding.find(part) != std::string::npos)
      return std::string(name_of(finding.state));
  std::string all = "absent among";
  for (const Finding& finding : findings) all += "\n" + finding.check + ": " + finding.finding;
  return all;
}

TenantSettings contoso() {
  TenantSettings tenant;
  tenant.name = "contoso";
  tenant.domains = {"contoso.example"};
  tenant.journal_addresses = {"j-1@journal.example"};
  tenant.report_senders = {"journal-ndr@elsewhere.example"};
  return tenant;
}

std::string tenant_item(const json& changes) {
  json item = {{"tenant", "contoso"},
               {"mode", "observe"},
               {"sign_in_error", nullptr},
               {"roles", {"User.Read.All", "Group.Read.All"}},
               {"needed", {"Mail.ReadWrite", "User.Read.All", "Group.Read.All"}},
               {"missing", {"Mail.ReadWrite"}},
               {"beyond", json::array()},
               {"directory_status", 200},
               {"directory_code", nullptr},
               {"ahead_seconds", 0}};
  if (changes.is_object()) item.update(changes);
  return item.dump();
}

Findings served(Desk& desk, const json& item_changes, const json& status = {{"mode", "observe"}}) {
  FakeService service(
      desk.paths().control_socket(),
      {{{ControlFrame::done, status.dump()}},
       {{ControlFrame::item, tenant_item(item_changes)}, {ControlFrame::done, "{}"}}});
  Configuration configuration;
  configuration.paths = desk.paths();
  configuration.tenants = {contoso()};
  Findings findings;
  check_service(findings, configuration);
  return findings;
}

}  // namespace

TEST_CASE("what Graph says of us becomes findings, with what to do") {
  Desk desk;
  const Findings scoped = served(desk, {});
  CHECK(state_of(scoped, "Graph of tenant contoso", "signed in") == "good");
  CHECK(state_of(scoped, "permissions of tenant contoso", "RBAC") == "good");
  CHECK(state_of(scoped, "mode", "observe") == "good");
  CHECK(state_of(scoped, "clock", "0 s") == "good");
  CHECK(state_of(served(desk, {{"sign_in_error", "AADSTS700027"}}), "Graph of tenant contoso",
                 "AADSTS700027") == "problem");
  CHECK(state_of(served(desk, {{"missing", {"Group.Read.All"}}}), "permissions of tenant contoso",
                 "Group.Read.All") == "problem");
  CHECK(state_of(served(desk, {{"missing", json::array()}}), "permissions of tenant contoso",
                 "every mailbox") == "warning");
  CHECK(state_of(served(desk, {{"beyond", {"Mail.Send"}}}), "permissions of tenant contoso",
                 "Mail.Send") == "warning");
  CHECK(state_of(served(desk, {{"roles", nullptr}}), "permissions of tenant contoso", "--probe") ==
        "good");
  CHECK(state_of(served(desk, {{"ahead_seconds", -400}}), "clock", "400 s behind") == "problem");
  CHECK(state_of(served(desk, {{"ahead_seconds", 60}}), "clock", "60 s ahead") == "warning");
  CHECK(state_of(served(desk, {{"directory_status", 403}}), "Graph of tenant contoso", "403") ==
        "problem");
}

TEST_CASE("an old directory and an engaged brake are told") {
  Desk desk;
  const json status = {
      {"mode", "enforce"},
      {"brake", {{"engaged", true}, {"because", "too many"}}},
      {"directory", {{{"tenant", "contoso"}, {"age_seconds", 200'000}, {"error", "HTTP 403"}}}}};
  const Findings findings = served(desk, {}, status);
  CHECK(state_of(findings, "brake", "too many") == "problem");
  CHECK(state_of(findings, "directory of tenant contoso", "HTTP 403") == "warning");
}

TEST_CASE("certificates are looked at: days, name, chain") {
  TemporaryDirectory directory;
  TestCertificateWish wish;
  wish.alternative_names = "DNS:mx.contoso.example";
  const auto made = make_test_certificate(wish);
  Configuration configuration;
  configuration.smtp.hostname = "mx.contoso.example";
  configuration.smtp.tls_certificate_file = directory.write("tls.crt", made.certificate);
  const auto look = [&](Timestamp now) {
    Findings findings;
    check_certificates(findings, configuration, now);
    return findings;
  };
  const Timestamp now = *parse_rfc3339("2026-11-22T12:00:00Z");
  CHECK(state_of(look(now), "TLS validity", "days left") == "good");
  CHECK(state_of(look(now), "TLS name", "is for mx.contoso.example") == "good");
  CHECK(state_of(look(now), "TLS chain", "does not verify") == "warning");
  CHECK(state_of(look(now + std::chrono::days(40'000)), "TLS validity", "expired") == "problem");
  CHECK(state_of(look(now - std::chrono::days(4000)), "TLS validity", "not valid before") ==
        "problem");
  configuration.smtp.hostname = "other.example";
  CHECK(state_of(look(now), "TLS name", "not for other.example") == "warning");
  directory.write("tls.crt", "nothing");
  CHECK(state_of(look(now), "TLS validity", "no certificate") == "problem");
}

TEST_CASE("a listener that takes a stranger's mail is a relay, whoever it is") {
  ScriptedSmtpServer relay([](unsigned) { return ScriptedSmtpServer::Answer::accept; });
  Configuration configuration;
  configuration.paths.runtime = "/nonexistent";
  configuration.smtp.listen = {"127.0.0.1:" + relay.port()};
  Findings findings;
  check_smtp(findings, configuration);
  CHECK(state_of(findings, "SMTP", "answers") == "good");
  CHECK(state_of(findings, "relay", "it takes mail for") == "problem");
  configuration.smtp.listen = {"127.0.0.1:1"};
  findings.clear();
  check_smtp(findings, configuration);
  CHECK(state_of(findings, "SMTP", "127.0.0.1:1") == "problem");
}

TEST_CASE("the traps of undeliverable reports are named") {
  Configuration configuration;
  configuration.tenants = {contoso()};
  const auto look = [&] {
    Findings findings;
    check_reports(findings, configuration, SystemClock().now());
    return findings;
  };
  const std::string check = "undeliverable reports of tenant contoso";
  configuration.paths.database = "/nonexistent/detections.db";
  CHECK(state_of(look(), check, "elsewhere.example") == "good");
  configuration.tenants[0].report_senders = {"info@contoso.example"};
  CHECK(state_of(look(), check, "own domain") == "warning");
  configuration.tenants[0].policy.protected_mailboxes = {"info@contoso.example"};
  CHECK(state_of(look(), check, "info@contoso.example") == "good");
  configuration.tenants[0].report_senders = {"x@journal.example"};
  CHECK(state_of(look(), check, "come back here") == "warning");
  configuration.tenants[0].report_senders = {"<>"};
  CHECK(state_of(look(), check, "lost") == "warning");
  configuration.tenants[0].report_senders = {};
  CHECK(state_of(look(), check, "any MAIL FROM") == "warning");
  configuration.analyzer.rescan_hours = 100;
  configuration.journal.archive_days = 4;
  CHECK(state_of(look(), "archive", "rescan_hours = 100") == "warning");
}

TEST_CASE("silence is measured by the pauses there were, and the last backup by its mark") {
  Desk desk;
  Configuration configuration;
  configuration.paths = desk.paths();
  const auto look = [&](const char* now) {
    Findings findings;
    check_reports(findings, configuration, *parse_rfc3339(now));
    return findings;
  };
  CHECK(state_of(look("2026-11-22T12:00:00Z"), "journal silence", "not known") == "warning");
  record_two_mails(desk.paths());
  CHECK(state_of(look("2026-11-22T12:00:00Z"), "journal silence", "57 minutes ago") == "good");
  CHECK(state_of(look("2026-11-24T12:00:00Z"), "journal silence", "48 hours ago") == "warning");
  CHECK(state_of(look("2026-11-24T12:00:00Z"), "backup", "none was ever made") == "good");
  REQUIRE(replace_file(desk.file("last_backup"),
                       R"({"at":"2026-11-01T00:00:00Z","directory":"d","bytes":1})"));
  CHECK(state_of(look("2026-11-24T12:00:00Z"), "backup", "23 days old") == "warning");
  CHECK(state_of(look("2026-11-02T12:00:00Z"), "backup", "1 day old") == "good");
  REQUIRE(replace_file(desk.file("last_backup"), "{"));
  CHECK(state_of(look("2026-11-24T12:00:00Z"), "backup", "cannot be read") == "warning");
}

TEST_CASE("the age of malware signatures is that of the newest") {
  Desk desk;
  const std::string directory = desk.file("clamav");
  REQUIRE(make_directories(directory));
  desk.configure("[analyzer]\nclamav_database = \"" + directory + "\"\n");
  CHECK(desk.run({"doctor"}).out.find("holds no signatures") != std::string::npos);
  REQUIRE(replace_file(directory + "/daily.cld", "x"));
  const std::string told = desk.run({"doctor"}).out;
  CHECK(told.find("ClamAV database: " + directory + ", of ") != std::string::npos);
}

TEST_CASE("a broken configuration is a finding, and the rest is looked at all the same") {
  Desk desk;
  const std::string path = desk.file("bad.toml");
  REQUIRE(replace_file(path, "[policy]\nmalicius = \"junk\"\n"));
  const Ran ran = desk.run({"--config", path, "doctor", "--json"});
  CHECK(ran.status == 2);
  CHECK(ran.out.find("bad.toml:2: ") != std::string::npos);
  CHECK(ran.out.find("\"check\":\"journal directory\"") != std::string::npos);
}

TEST_CASE("a sync is measured, and nothing is left of it") {
  Desk desk;
  PathSettings paths = desk.paths();
  paths.journal = desk.file("");
  Findings findings;
  check_disk(findings, paths);
  const std::string state = state_of(findings, "sync", "fdatasync takes");
  CHECK((state == "good" || state == "warning" || state.find("not measured") != std::string::npos));
}

TEST_CASE("a probe asks first, and tells what the tenant does") {
  Desk desk;
  CHECK(desk.run({"doctor", "--probe", "x@contoso.example"}).status == 2);
  CHECK(desk.run({"doctor", "--probe", "x"}).status == 2);
  CHECK(desk.run({"doctor", "--probe", "x@contoso.example", "--yes"}).status == 3);
  desk.type("n\n");
  CHECK(desk.run({"doctor", "--probe", "x@contoso.example"}).status == 1);
  const std::string item =
      R"({"question":"immutable_id","answer":"differs","expected":"it stays","observed":"another \u001b[2Jid"})";
  const std::string done =
      R"({"message_id":"<p@x>","pass":0,"differs":1,"unknown":0,"left_behind":["the mailbox: 403"]})";
  {
    FakeService service(desk.paths().control_socket(),
                        {{{ControlFrame::item, item}, {ControlFrame::done, done}}});
    const Ran ran = desk.run({"doctor", "--probe", "x@contoso.example", "--yes"});
    CHECK(ran.status == 1);
    CHECK(ran.out.find("differs  immutable_id: another \\x1b[2Jid") != std::string::npos);
    CHECK(ran.out.find("the mailbox: 403") != std::string::npos);
    CHECK(service.requests()[0].command == "probe");
    CHECK(service.requests()[0].address == "x@contoso.example");
  }
  FakeService service(
      desk.paths().control_socket(),
      {{{ControlFrame::done,
         R"({"message_id":"<p@x>","pass":9,"differs":0,"unknown":1,"left_behind":[]})"}}});
  CHECK(desk.run({"doctor", "--probe", "x@contoso.example", "--yes", "--json"}).status == 0);
}
