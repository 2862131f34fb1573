#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "remediation/control_server.h"
#include "tests/remediation/control_scene.h"

namespace secondlook {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using Answer = ControlAnswer;
using Service = ControlledService;

}  // namespace

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

}  // namespace secondlook
