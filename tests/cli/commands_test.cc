#include "cli/commands.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/file_descriptor.h"
#include "schema/process_table.h"
#include "tests/cli/desk.h"

using namespace secondlook;

TEST_CASE("every command of the design answers, and explains itself with an example") {
  Desk desk;
  for (const Command& command : all_commands()) {
    INFO(command.name);
    CHECK_FALSE(command.summary.empty());
    const Ran help = desk.run({std::string(command.name), "--help"});
    CHECK(help.status == 0);
    CHECK(help.out == command.help);
    CHECK((command.name == "version" || help.out.find("Example:") != std::string::npos));
    CHECK(help.out.starts_with("Usage: secondlook"));
  }
}

TEST_CASE("an unknown command is refused with the nearest one") {
  Desk desk;
  const Ran ran = desk.run({"serach"});
  CHECK(ran.status == 2);
  CHECK(ran.err.starts_with("secondlook: unknown command \"serach\"; did you mean search?\n"));
}

TEST_CASE("a configuration with mistakes is status 2 with file, line and every reason") {
  Desk desk;
  const std::string path = desk.file("bad.toml");
  REQUIRE(replace_file(path, "[policy]\nmode = \"enforce\"\nmalicius = \"junk\"\nspam = 3\n"));
  for (const std::string command : {"serve", "status", "search", "doctor", "setup"}) {
    INFO(command);
    const Ran ran = desk.run({"--config", path, command});
    CHECK(ran.status == 2);
    CHECK(ran.err.find("bad.toml:3: ") != std::string::npos);
    CHECK(ran.err.find("bad.toml:4: ") != std::string::npos);
  }
  const Ran absent = desk.run({"--config=" + desk.file("absent.toml"), "status"});
  CHECK(absent.status == 2);
  CHECK(absent.err.find("absent.toml") != std::string::npos);
}

TEST_CASE("status of a service that is down says what is still known and ends with 3") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran ran = desk.run({"status", "--json"});
  CHECK(ran.status == 3);
  const auto status = nlohmann::json::parse(ran.out);
  CHECK(status["service"] == "unreachable");
  CHECK(status["mode"] == "observe");
  CHECK(status["reports"] == 2);
  CHECK(status["brake"]["engaged"] == false);
  CHECK(status["malware_scanning"] == false);
  for (const char* name : {"recorded", "lag", "processes", "confinement"})
    CHECK(status.contains(name));
}

TEST_CASE("status joins the service's answer with the process table") {
  Desk desk;
  const ProcessTable table{0,
                           {},
                           {"127.0.0.1:2525"},
                           true,
                           {{"secondlook-ingest",
                             42,
                             ProcessState::ready,
                             1,
                             {},
                             "root",
                             "seccomp",
                             "listening on \x1b[2J"}}};
  REQUIRE(replace_file(desk.paths().process_table(), to_json(table)));
  const std::string answer =
      R"({"mode":"enforce","reports":5,"recorded":5,"lag":0,"brake":{"engaged":true,)"
      R"("because":"500 copies","since":"2026-11-22T11:00:00Z","held":3},"malware_scanning":null,)"
      R"("confinement":"own","steps":{"removed":4}})";
  Ran json;
  Ran text;
  {
    const FakeService service(desk.paths().control_socket(),
                              {{{ControlFrame::done, answer}}, {{ControlFrame::done, answer}}});
    json = desk.run({"status", "--json"});
    text = desk.run({"status"});
  }
  CHECK(json.status == 0);
  const auto status = nlohmann::json::parse(json.out);
  CHECK(status["service"] == "running");
  CHECK(status["processes"][0]["name"] == "secondlook-ingest");
  CHECK(status["processes"][0]["state"] == "lost");  // its supervisor, 0, does not run
  CHECK(status["malware_scanning"] == false);
  CHECK(text.out == golden("status.txt"));
}

TEST_CASE("resume tells what became of the held copies") {
  Desk desk;
  Ran ran;
  std::vector<ControlRequest> requests;
  {
    FakeService service(desk.paths().control_socket(),
                        {{{ControlFrame::done, R"({"released":3,"dropped":0,"still_held":0})"}}});
    ran = desk.run({"resume", "--apply"});
    requests = service.requests();
  }
  CHECK(ran.status == 0);
  CHECK(ran.out == "brake released: 3 copies go on, 0 dropped\n");
  CHECK(requests.at(0).decision == "apply");
  CHECK(desk.run({"resume", "--apply", "--drop"}).status == 2);
}

TEST_CASE("an operator accepts a rule set by name, with a reason") {
  Desk desk;
  Ran ran;
  std::vector<ControlRequest> requests;
  {
    FakeService service(desk.paths().control_socket(),
                        {{{ControlFrame::done, R"({"accepted":"a1b2"})"}}});
    ran = desk.run({"rules", "check", "--accept", "a1b2", "--reason", "no such letters any more"});
    requests = service.requests();
  }
  CHECK(ran.status == 0);
  CHECK(ran.out.starts_with("rule set a1b2 is taken"));
  CHECK(requests.at(0).command == "accept_rules");
  CHECK(requests.at(0).rule_set == "a1b2");
  CHECK(requests.at(0).reason == "no such letters any more");
  CHECK(desk.run({"rules", "list", "--accept", "a1b2"}).status == 2);
  CHECK(desk.run({"rules", "check", "--accept", "a1b2"}).status == 3);  // no service
}

TEST_CASE("doctor names a problem and what to do about it") {
  Desk desk;
  const Ran ran = desk.run({"doctor", "--json"});
  CHECK(ran.status == 1);
  std::istringstream lines(ran.out);
  std::size_t problems = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto finding = nlohmann::json::parse(line);
    INFO(line);
    CHECK((finding["state"] == "good") == finding["advice"].is_null());
    problems += finding["state"] == "problem" ? 1 : 0;
  }
  CHECK(problems >= 3);  // no tenant, no directories, no service
}

// Whoever knows a journal address can send to it, and what a command prints is pasted into tickets.
TEST_CASE("no command prints a whole journal address") {
  Desk desk;
  desk.configure(
      "[[tenant]]\nname = \"contoso\"\ntenant_id = \"00000000-0000-0000-0000-000000000001\"\n"
      "journal_addresses = [\"j-7f3a9c@journal.example\", \"j-old00@journal.example\"]\n"
      "domains = [\"contoso.example\"]\n[tenant.graph]\nclient_id = \"x\"\n"
      "client_secret_file = \"/nonexistent\"\n");
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"setup"}, {"doctor"}, {"doctor", "--json"}, {"status"}, {"status", "--json"}}) {
    const Ran ran = desk.run(command);
    INFO(command.front() << ": " << ran.out << ran.err);
    CHECK((ran.out + ran.err).find("7f3a9c") == std::string::npos);
    CHECK((ran.out + ran.err).find("old00") == std::string::npos);
  }
  CHECK(desk.run({"setup"}).out.find("j-7…@journal.example") != std::string::npos);
}

TEST_CASE("doctor says of which day the list of permitted networks is") {
  Desk desk;
  desk.configure("[smtp]\npermitted_networks = [\"exchange_online\"]\n");
  const std::string said = desk.run({"doctor", "--json"}).out;
  CHECK(said.find("exchange_online_networks.txt of 20") != std::string::npos);
  CHECK(said.find("every peer may connect") == std::string::npos);
}

TEST_CASE("setup prints steps and makes nothing") {
  Desk desk;
  const Ran ran = desk.run({"setup"});
  CHECK(ran.status == 0);
  CHECK(ran.out.find("it changes nothing") != std::string::npos);
  CHECK(content_of(desk.paths().database).empty());
}

TEST_CASE("a journal log that is not there is status 3") {
  Desk desk;
  CHECK(desk.run({"log", "list"}).status == 3);
  CHECK(desk.run({"log", "verify"}).status == 3);
  CHECK(desk.run({"log", "melt"}).status == 2);
  CHECK(desk.run({"log", "show", "x"}).status != 0);
}
