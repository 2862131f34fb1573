#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "schema/store/store.h"
#include "tests/cli/desk.h"

using namespace secondlook;

namespace {

// A retract that olga asked for and that nobody has approved yet.
void write_waiting_retract(const PathSettings& paths) {
  auto store = Store::open(paths.database);
  REQUIRE(store);
  REQUIRE((*store)->append_audit({}));
  ControlRequest request;
  request.command = "retract";
  request.select.expression = {"from:evil.example"};
  request.action = "junk";
  request.reason = "ticket \x1b[2J";
  HandCommand command;
  command.id = 1;
  command.name = "retract";
  command.state = HandCommandState::awaiting_approval;
  command.person = "olga";
  command.request = to_json(request);
  command.asked_at = Timestamp(std::chrono::seconds(1'795'000'000));
  command.expires_at = command.asked_at + std::chrono::hours(24);
  command.copies = 4980;
  REQUIRE((*store)->add_hand_command(command, {7, 9}));
}

}  // namespace

TEST_CASE("approve without a number lists what waits, with who asked and why") {
  Desk desk;
  write_waiting_retract(desk.paths());
  const Ran ran = desk.run({"approve"});
  CHECK(ran.status == 0);
  for (const char* shown : {"olga", "4980", "from:evil.example", "ticket \\x1b[2J", "junk"})
    CHECK(ran.out.find(shown) != std::string::npos);
  const auto json = nlohmann::json::parse(desk.run({"approve", "--json"}).out);
  CHECK(json["command"] == 1);
  CHECK(json["messages"] == 2);
  CHECK(json["expression"] == nlohmann::json::array({"from:evil.example"}));
}

TEST_CASE("where nothing waits approve says so") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran ran = desk.run({"approve"});
  CHECK(ran.status == 1);
  CHECK(ran.err == "secondlook: nothing waits for approval\n");
}

TEST_CASE("approve and reject are asked of the service, which decides who may") {
  Desk desk;
  std::vector<ControlRequest> requests;
  Ran approved;
  Ran rejected;
  Ran refused;
  {
    FakeService service(
        desk.paths().control_socket(),
        {{{ControlFrame::done, R"({"command":12,"state":"planning","copies":3})"}},
         {{ControlFrame::done, R"({"command":12,"state":"rejected","copies":3})"}},
         {{ControlFrame::failed, failure_to_json(forbidden("another person has to"))}}});
    approved = desk.run({"approve", "12", "--reason", "seen"});
    rejected = desk.run({"approve", "--reject", "12"});
    refused = desk.run({"approve", "12"});
    requests = service.requests();
  }
  CHECK(approved.status == 0);
  CHECK(approved.out.find("retract --follow 12") != std::string::npos);
  CHECK(rejected.out == "retract 12 rejected\n");
  CHECK(refused.status == 1);
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].command == "approve");
  CHECK(requests[0].of == 12);
  CHECK(requests[0].decision == "approve");
  CHECK(requests[0].reason == "seen");
  CHECK(requests[1].decision == "reject");
}

TEST_CASE("what approve cannot mean is refused") {
  Desk desk;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"approve", "twelve"}, {"approve", "0"}, {"approve", "--reject"}, {"approve", "1", "2"}})
    CHECK(desk.run(words).status == 2);
}
