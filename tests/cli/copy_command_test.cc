#include "cli/copy_command.h"

#include <catch2/catch.hpp>

#include "tests/cli/desk.h"

using namespace secondlook;

namespace {

using Words = std::vector<std::string>;

constexpr auto kItem = ControlFrame::item;
constexpr auto kDone = ControlFrame::done;
constexpr auto kFailed = ControlFrame::failed;

std::string item(int id, const std::string& mailbox, const std::string& state) {
  return R"({"id":)" + std::to_string(id) + R"(,"mailbox":")" + mailbox +
         R"(","action":"junk","state":")" + state + R"(","folder_before":null,"detail":null})";
}

const FakeService::Conversation kPreview = {{kItem, item(7, "alice@contoso.example", "planned")},
                                            {kItem, item(9, "bob@contoso.example", "planned")},
                                            {kDone, R"({"copies":2})"}};
const FakeService::Conversation kAllRemoved = {{kItem, item(7, "alice@contoso.example", "removed")},
                                               {kItem, item(9, "bob@contoso.example", "removed")},
                                               {kDone, R"({"copies":2})"}};
const FakeService::Conversation kOneFailed = {{kItem, item(7, "alice@contoso.example", "removed")},
                                              {kItem, item(9, "bob@contoso.example", "failed")},
                                              {kDone, R"({"copies":2})"}};

}  // namespace

TEST_CASE("retract shows what it would do, asks, and does no more than it showed") {
  Desk desk;
  desk.type("yes\n");
  Ran ran;
  std::vector<ControlRequest> requests;
  {
    FakeService service(desk.paths().control_socket(), {kPreview, kAllRemoved});
    ran = desk.run({"retract", "from:evil.example", "--to", "junk", "--reason", "ticket 17"});
    requests = service.requests();
  }
  CHECK(ran.status == 0);
  CHECK(ran.out == golden("retract.txt"));
  CHECK(ran.err == golden("retract.err"));
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].dry_run);
  CHECK_FALSE(requests[1].dry_run);
  CHECK(requests[1].command == "retract");
  CHECK(requests[1].action == "junk");
  CHECK(requests[1].reason == "ticket 17");
  CHECK(requests[1].select.expression == Words{"from:evil.example"});
  CHECK(requests[1].select.last_id == 9);
  CHECK_FALSE(requests[1].login.empty());
}

TEST_CASE("whoever does not say yes gets nothing done") {
  for (const std::string answer : {"n\n", "\n", ""}) {
    Desk desk;
    desk.type(answer);
    Ran ran;
    std::size_t conversations = 0;
    {
      FakeService service(desk.paths().control_socket(), {kPreview});
      ran = desk.run({"retract", "id:7", "--to", "junk"});
      conversations = service.requests().size();
    }
    CHECK(ran.status == 1);
    CHECK(conversations == 1);
    CHECK(ran.err.ends_with("secondlook: nothing was done\n"));
  }
}

TEST_CASE("without a terminal nobody is asked and nothing is done") {
  Desk desk;
  for (const Words& words : {Words{"retract", "id:7", "--to", "junk"}, Words{"restore", "id:7"}}) {
    const Ran ran = desk.run(words);
    CHECK(ran.status == 2);
    CHECK(ran.err.find("--yes") != std::string::npos);
  }
}

TEST_CASE("a dry run shows and asks nothing") {
  Desk desk;
  Ran ran;
  {
    const FakeService service(desk.paths().control_socket(), {kPreview});
    ran = desk.run({"retract", "id:7", "--to", "junk", "--dry-run", "--json"});
  }
  CHECK(ran.status == 0);
  CHECK(ran.out == kPreview[0].second + "\n" + kPreview[1].second + "\n");
}

TEST_CASE("a copy that could not be moved makes the status 1") {
  Desk desk;
  Ran ran;
  {
    const FakeService service(desk.paths().control_socket(), {kOneFailed});
    ran = desk.run({"restore", "id:7", "--yes"});
  }
  CHECK(ran.status == 1);
  CHECK(ran.out.ends_with("2 copies: 1 failed, 1 removed\n"));
}

TEST_CASE("nothing that matches is status 1") {
  Desk desk;
  Ran ran;
  {
    const FakeService service(desk.paths().control_socket(), {{{kDone, R"({"copies":0})"}}});
    ran = desk.run({"restore", "id:7", "--yes"});
  }
  CHECK(ran.status == 1);
  CHECK(ran.err == "secondlook: no copy matches\n");
}

TEST_CASE("what the service refuses is told with its reason, made safe") {
  Desk desk;
  Ran refused;
  Ran forbade;
  {
    const FakeService service(
        desk.paths().control_socket(),
        {{{kFailed, failure_to_json(malformed("messages of several tenants \x1b[2J"))}},
         {{kFailed, failure_to_json(forbidden("operators only"))}}});
    refused = desk.run({"restore", "id:7", "--yes"});
    forbade = desk.run({"restore", "id:7", "--yes"});
  }
  CHECK(refused.status == 2);
  CHECK(refused.err == "secondlook: messages of several tenants \\x1b[2J\n");
  CHECK(forbade.status == 1);
  CHECK(forbade.err == "secondlook: operators only\n");
}

TEST_CASE("a service that is not there, or goes away at work, is status 3") {
  Desk desk;
  CHECK(desk.run({"restore", "id:7", "--yes"}).status == 3);
  Ran ran;
  {
    const FakeService service(desk.paths().control_socket(), {{kAllRemoved[0]}});
    ran = desk.run({"restore", "id:7", "--yes"});
  }
  CHECK(ran.status == 3);
  CHECK(ran.out.find("alice@contoso.example") != std::string::npos);
}

TEST_CASE("a command that cannot be meant is refused before the service is asked") {
  Desk desk;
  for (const Words& words :
       {Words{"retract", "--to", "junk", "--yes"}, Words{"retract", "id:7", "--yes"},
        Words{"retract", "id:7", "--to", "nowhere", "--yes"},
        Words{"retract", "id:7", "--to", "none", "--yes"},
        Words{"retract", "--mailbox", "a@b.example", "--to", "junk", "--yes"},
        Words{"restore", "--yes"}, Words{"restore", "sbject:x", "--yes"}}) {
    INFO(words[0] + " " + words[1]);
    CHECK(desk.run(words).status == 2);
  }
}

TEST_CASE("a connection that is lost at work says how to follow what goes on without it") {
  Desk desk;
  Ran ran;
  {
    const FakeService service(desk.paths().control_socket(),
                              {{{ControlFrame::progress,
                                 R"({"command":12,"messages":2,"planned":2,"copies":2,"ended":0})"},
                                kAllRemoved[0]}});
    ran = desk.run({"retract", "id:7", "--to", "junk", "--yes"});
  }
  CHECK(ran.status == 3);
  CHECK(ran.err.find("secondlook retract --follow 12") != std::string::npos);
}

TEST_CASE("an earlier command is followed by its number") {
  Desk desk;
  Ran ran;
  std::vector<ControlRequest> requests;
  {
    FakeService service(desk.paths().control_socket(), {kAllRemoved});
    ran = desk.run({"retract", "--follow", "12"});
    requests = service.requests();
  }
  CHECK(ran.status == 0);
  CHECK(ran.out.ends_with("2 copies: 2 removed\n"));
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].command == "follow");
  CHECK(requests[0].of == 12);
  CHECK(desk.run({"retract", "--follow", "twelve"}).status == 2);
  CHECK(desk.run({"restore", "id:7", "--follow", "12"}).status == 2);
}

TEST_CASE("a retract that needs a second person says so, and is not done") {
  Desk desk;
  Ran ran;
  Ran json;
  const std::string done =
      R"({"command":12,"state":"awaiting_approval","copies":4980,"expires_at":"2026-11-23T12:00:00Z"})";
  {
    const FakeService service(desk.paths().control_socket(), {{{kDone, done}}, {{kDone, done}}});
    ran = desk.run({"retract", "from:evil.example", "--to", "junk", "--yes"});
    json = desk.run({"retract", "from:evil.example", "--to", "junk", "--yes", "--json"});
  }
  CHECK(ran.status == 1);
  CHECK(ran.out ==
        "retract 12 of 4980 copies waits until another person says `secondlook approve "
        "12`, until 2026-11-23T12:00:00Z\n");
  CHECK(json.status == 1);
  CHECK(json.out == done + "\n");
}

TEST_CASE("the progress bar is full when all copies have ended") {
  CHECK(progress_bar(0, 0) == "0 copies");
  CHECK(progress_bar(0, 40) == "[--------------------] 0 of 40 copies");
  CHECK(progress_bar(10, 40) == "[#####---------------] 10 of 40 copies");
  CHECK(progress_bar(40, 40) == "[####################] 40 of 40 copies");
}

TEST_CASE("which states are as the operator wanted them") {
  for (const char* state : {"removed", "already_removed", "restored", "external"})
    CHECK(is_success(state));
  for (const char* state : {"planned", "begun", "not_found", "ambiguous_copy", "failed",
                            "forbidden", "unsupported_mailbox", "", "unheard_of"})
    CHECK_FALSE(is_success(state));
}
