#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/fixed_random.h"
#include "tests/support/manual_clock.h"
#include "tests/support/stand_in_tenant/graph_service.h"

namespace secondlook::stand_in {
namespace {

using nlohmann::json;

constexpr const char* kUsers =
    "/v1.0/users/delta?$select=id,mail,proxyAddresses,userType,accountEnabled,"
    "onPremisesExtensionAttributes,assignedPlans,onPremisesSyncEnabled";
constexpr const char* kGroups = "/v1.0/groups/delta?$select=id,mail,groupTypes,members";

struct Round {
  std::vector<json> objects;
  std::string link;
  int pages = 0;
};

// The directory as Graph shows it, asked without a socket.
struct Stage {
  Stage() {
    for (const char* mail :
         {"ann@contoso.example", "bob@contoso.example", "room@contoso.example"}) {
      User user;
      user.mail = mail;
      ids[mail] = tenant.add_user(user).user.id;
    }
  }

  ServedAnswer ask(std::string url) {
    if (const auto root = url.find("/v1.0/"); root != 0) url.erase(0, root);
    ServedRequest request;
    request.method = "GET";
    request.target = url;
    return graph.answer(request, read_target(url));
  }

  Round round(std::string url) {
    Round told;
    for (; told.pages < 50; ++told.pages) {
      const ServedAnswer answer = ask(url);
      REQUIRE(answer.status == 200);
      const json page = json::parse(answer.body);
      for (const json& one : page["value"]) told.objects.push_back(one);
      told.link = page.value("@odata.deltaLink", "");
      if (!told.link.empty()) return told;
      url = page["@odata.nextLink"];
    }
    FAIL("the pages have no end");
    return told;
  }

  ManualClock clock;
  FixedRandom random;
  Tenant tenant{clock, random};
  GraphService graph{tenant, "http://graph.example"};
  std::map<std::string, std::string> ids;
};

std::set<std::string> ids_of(const Round& round) {
  std::set<std::string> ids;
  for (const json& object : round.objects) ids.insert(object["id"].get<std::string>());
  return ids;
}

}  // namespace

TEST_CASE("a full round tells every user with what decides about a mailbox, page by page") {
  Stage stage;
  stage.tenant.directory().page_size = 1;
  User& room = stage.tenant.find_by_address("room@contoso.example")->user;
  room.is_enabled = false;
  room.has_exchange_plan = false;
  room.attributes[7] = "finance";
  const Round full = stage.round(kUsers);
  CHECK(full.pages == 2);
  REQUIRE(full.objects.size() == 3);
  for (const json& user : full.objects) {
    if (user["mail"] != "room@contoso.example") continue;
    CHECK(user["accountEnabled"] == false);
    CHECK(user["assignedPlans"].empty());
    CHECK(user["onPremisesExtensionAttributes"]["extensionAttribute7"] == "finance");
    CHECK(user["onPremisesExtensionAttributes"]["extensionAttribute8"].is_null());
  }
}

TEST_CASE("a later round tells only what changed since, and what is gone") {
  Stage stage;
  const std::string link = stage.round(kUsers).link;
  CHECK(stage.round(link).objects.empty());
  User& ann = stage.tenant.find_by_address("ann@contoso.example")->user;
  ann.mail = "anna@contoso.example";
  stage.tenant.touch(ann);
  REQUIRE(stage.tenant.remove_user("bob@contoso.example", "changed"));
  const Round later = stage.round(link);
  REQUIRE(later.objects.size() == 2);
  CHECK(later.objects[0]["proxyAddresses"] == json{"SMTP:anna@contoso.example"});
  CHECK(later.objects[1]["id"] == stage.ids["bob@contoso.example"]);
  CHECK(later.objects[1]["@removed"]["reason"] == "changed");
  CHECK(stage.round(kUsers).objects.size() == 2);
}

TEST_CASE("pages may repeat an object, as Graph does") {
  Stage stage;
  stage.tenant.directory().page_size = 1;
  stage.tenant.directory().repeats = true;
  const Round full = stage.round(kUsers);
  CHECK(full.objects.size() == 5);
  CHECK(ids_of(full).size() == 3);
}

TEST_CASE("groups tell who is in them, and then who came and left") {
  Stage stage;
  Group staff;
  staff.mail = "staff@contoso.example";
  staff.members = {{stage.ids["ann@contoso.example"], 0, false}};
  Group& group = stage.tenant.add_group(staff);
  const Round full = stage.round(kGroups);
  REQUIRE(full.objects.size() == 1);
  CHECK(full.objects[0]["members@delta"][0]["id"] == stage.ids["ann@contoso.example"]);
  group.changed_at = stage.tenant.next_version();
  group.members = {{stage.ids["ann@contoso.example"], group.changed_at, true},
                   {stage.ids["bob@contoso.example"], group.changed_at, false}};
  const json members = stage.round(full.link).objects[0]["members@delta"];
  REQUIRE(members.size() == 2);
  CHECK(members[0]["@removed"]["reason"] == "deleted");
  CHECK_FALSE(members[1].contains("@removed"));
}

TEST_CASE("a link that has grown too old asks for a full round") {
  Stage stage;
  const std::string link = stage.round(kUsers).link;
  stage.tenant.directory().oldest_link = stage.tenant.next_version();
  const ServedAnswer answer = stage.ask(link);
  CHECK(answer.status == 410);
  CHECK(json::parse(answer.body)["error"]["code"] == "resyncRequired");
  CHECK(stage.round(kUsers).objects.size() == 3);
}

}  // namespace secondlook::stand_in
