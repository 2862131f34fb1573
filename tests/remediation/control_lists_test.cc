#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "remediation/control_commands.h"
#include "remediation/list_files.h"
#include "remediation/list_keeper.h"
#include "tests/remediation/scene.h"

namespace secondlook {
namespace {

struct Lists {
  Lists() { configuration.paths.database = scene.directory.file("detections.db"); }

  Result<std::string> ask(const std::string& command, const std::string& content) {
    ControlRequest request;
    request.command = command;
    request.content = content;
    request.login = "hana";
    const ItemSink nothing = [](std::string_view) { return Result<void>(); };
    const ControlCall call{request, "root", "hana", nothing, nothing};
    const ControlContext context{
        scene.store, configuration, scene.tenants, queue, reception,
        released,    runner,        scene.clock,   "",    std::chrono::milliseconds(0),
        nullptr,     &keeper};
    return answer_command(context, call);
  }
  std::string told() const {
    const auto file = keeper.newest();
    if (file == nullptr) return "nothing";
    return value_of(read_file("/proc/self/fd/" + std::to_string(file->number()), 1 << 20));
  }

  Scene scene;
  Configuration configuration;
  StepQueue queue{scene.store, scene.clock};
  ReceptionState reception;
  ReleasedMails released{scene.directory.file("released")};
  CommandRunner runner{scene.store, scene.tenants, queue, released, scene.clock};
  ListKeeper keeper{scene.store, scene.directory.file("lists")};
};

}  // namespace

TEST_CASE("an entry that is added is told at once, replaced by one about the same, and removed") {
  Lists lists;
  value_of(lists.ask("lists_add", "block domain Evil.example"));
  CHECK(lists.told() == "block domain evil.example\n");
  value_of(lists.ask("lists_add", "block domain evil.example until 2099-01-31 # ticket 17"));
  value_of(lists.ask("lists_add", "vip taro@acme.example Taro Yamada"));
  CHECK(lists.told() ==
        "block domain evil.example until 2099-01-31 # ticket 17\nvip taro@acme.example Taro "
        "Yamada\n");
  value_of(lists.ask("lists_remove", "block domain evil.example"));
  value_of(lists.ask("lists_remove", "vip taro@acme.example"));
  CHECK(lists.told() == "\n");
}

TEST_CASE("an entry of a file is neither removed nor replaced by a command, which names the file") {
  Lists lists;
  const auto put = lists.scene.store.with([](Store& store) {
    return store.lists().put(*parse_list_entry("block domain evil.example"), {},
                             added_by_file("/etc/secondlook/a.list"));
  });
  REQUIRE(put);
  for (const char* command : {"lists_remove", "lists_add"}) {
    const auto refused = lists.ask(command, "block domain evil.example");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Error::Kind::forbidden);
    CHECK(refused.error().message.find("/etc/secondlook/a.list") != std::string::npos);
  }
}

TEST_CASE(
    "an entry of the directory is removed by leaving the group, and may be replaced by a person") {
  Lists lists;
  const auto put = lists.scene.store.with([](Store& store) {
    return store.lists().put(
        *parse_list_entry("vip ann@acme.example Ann Smith # in board@acme.example"), {},
        "directory of acme");
  });
  REQUIRE(put);
  const auto refused = lists.ask("lists_remove", "vip ann@acme.example");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("in board@acme.example") != std::string::npos);
  CHECK(lists.ask("lists_add", "vip ann@acme.example Annie Smith"));
  CHECK(lists.ask("lists_remove", "vip ann@acme.example"));
}

TEST_CASE("what is wrong, or not there, changes nothing and is not told") {
  Lists lists;
  for (const char* entry :
       {"block", "deny sender a@b.example", "allow sender a@b.example",
        "block domain b.example until 2001-01-01", "allow domain b.example until 2099-01-31"})
    CHECK_FALSE(lists.ask("lists_add", entry));
  CHECK(lists.ask("lists_remove", "block domain b.example").error().kind == Error::Kind::not_found);
  CHECK(lists.told() == "nothing");
}

TEST_CASE("who changed a list stands in the audit") {
  Lists lists;
  value_of(lists.ask("lists_add", "partner fabrikam.example"));
  const auto rows =
      value_of(lists.scene.store.with([](Store& store) { return store.audit_after(0, 10); }));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].entry.command == "lists_add");
  CHECK(rows[0].entry.login == "hana");
  CHECK(rows[1].entry.outcome.find("partner fabrikam.example") != std::string::npos);
}

TEST_CASE("delivered mail that an entry is about is judged once more") {
  Lists lists;
  lists.configuration.analyzer.rescan_hours = 48;
  lists.scene.record(lists.scene.verdict(Disposition::clean, {"ann@acme.example"}));
  const auto answer = value_of(lists.ask("lists_add", "block domain mallory.example"));
  CHECK(nlohmann::json::parse(answer).at("judged_again") == 1);
  const auto waiting = value_of(lists.scene.store.with(
      [](Store& store) { return store.revisions().waiting(kTestLog, 10, {}); }));
  REQUIRE(waiting.size() == 1);
  CHECK(waiting[0].request.cause == "list entry block domain mallory.example");
  value_of(lists.ask("lists_add", "block domain elsewhere.example"));
  CHECK(value_of(lists.scene.store.with([](Store& store) { return store.revisions().count(); })) ==
        1);
}

}  // namespace secondlook
