#include "remediation/directory/protected_people.h"

#include <map>

#include <catch2/catch.hpp>

#include "remediation/directory/directory_shape.h"
#include "schema/store/directory.h"
#include "schema/store/lists.h"
#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

struct People : StoreFixture {
  People() {
    tenant.name = "corp";
    tenant.directory.vip_groups = {"board@corp.example"};
    group("g-board", "board@corp.example");
    group("g-heads", "heads@corp.example");
    person("u1", "ann@corp.example", "Ann Smith");
    person("u2", "taro@corp.example", "山田太郎");
    person("u3", "eve@corp.example", "Eve Outer");
  }
  void group(const std::string& id, const std::string& address) {
    DirectoryObject object;
    object.id = id;
    object.kind = DirectoryKind::group;
    object.display_name = "Group of " + id;
    object.mail = address;
    object.addresses = {address};
    must(store->directory().put(generation, object));
  }
  void person(const std::string& id, const std::string& address, const std::string& name) {
    DirectoryObject object;
    object.id = id;
    object.display_name = name;
    object.mail = address;
    object.addresses = {address};
    must(store->directory().put(generation, object));
  }
  void join(const std::string& group, const std::string& member) {
    must(store->directory().set_member(generation, group, member, true));
  }
  void publish() {
    must(store->directory().publish("corp", generation, directory_shape(tenant.directory), {}, true,
                                    at_second(1)));
  }
  bool take() {
    auto transaction = must(store->begin());
    const bool is_changed = must(take_protected_people(*store, tenants(), at_second(2)));
    must(transaction->commit());
    return is_changed;
  }
  std::vector<TenantSettings> tenants() const {
    return is_configured ? std::vector{tenant} : std::vector<TenantSettings>();
  }
  // address -> name, of those that the directory brought
  std::map<std::string, std::string> names() {
    std::map<std::string, std::string> found;
    for (const StoredListEntry& stored : must(store->lists().all()))
      if (stored.added_by == "directory of corp") found[stored.entry.value] = stored.entry.name;
    return found;
  }

  TenantSettings tenant;
  bool is_configured = true;
  Generation generation = must(store->directory().begin_generation("corp"));
};
using Names = std::map<std::string, std::string>;

}  // namespace

TEST_CASE_METHOD(People, "members of the groups, and of groups in them, are protected people") {
  join("g-board", "u1");
  join("g-board", "g-heads");
  join("g-heads", "u2");
  publish();
  CHECK(take());
  CHECK(names() == Names{{"ann@corp.example", "Ann Smith"}, {"taro@corp.example", "山田太郎"}});
  const auto audit = must(store->audit_before({}, 10));
  REQUIRE(audit.size() == 1);
  CHECK(audit[0].entry.command == "lists_directory");
  CHECK_FALSE(take());  // as it was: nothing to say
  CHECK(must(store->audit_before({}, 10)).size() == 1);
}

TEST_CASE_METHOD(People, "who leaves the group, or the configuration, is no longer one of them") {
  join("g-board", "u1");
  join("g-board", "u2");
  publish();
  take();
  must(store->directory().set_member(generation, "g-board", "u1", false));
  CHECK(take());
  CHECK(names() == Names{{"taro@corp.example", "山田太郎"}});
  SECTION("the tenant's groups are named no more") {
    tenant.directory.vip_groups.clear();
  }
  SECTION("the tenant is gone") {
    is_configured = false;
  }
  CHECK(take());
  CHECK(names().empty());
}

TEST_CASE_METHOD(People, "while members were not read, entries stay as they were") {
  CHECK_FALSE(take());  // no directory at all
  join("g-board", "u1");
  publish();
  take();
  must(store->directory().publish("corp", generation, "1", {}, true, at_second(3)));
  CHECK_FALSE(take());
  CHECK(names().size() == 1);
}

TEST_CASE_METHOD(People,
                 "names that may be anybody's, and what the lists cannot hold, are left out") {
  person("u4", "support@corp.example", "Support");
  person("u5", "line@corp.example", "Two\nLines Here");
  person("u6", "hash@corp.example", "Hana # Sato");
  person("u7", "blank@corp.example", " ");
  for (const char* id : {"u4", "u5", "u6", "u7"}) join("g-board", id);
  publish();
  take();
  CHECK(names() == Names{{"hash@corp.example", "Hana Sato"}});
}

TEST_CASE_METHOD(People, "what a person told of the same address stands") {
  auto entry = must(parse_list_entry("vip ann@corp.example Annie S."));
  must(store->lists().put(entry, at_second(0), "root"));
  join("g-board", "u1");
  publish();
  CHECK_FALSE(take());
  CHECK(must(store->lists().all())[0].entry.name == "Annie S.");
}

TEST_CASE_METHOD(People, "groups in a circle end") {
  join("g-board", "g-heads");
  join("g-heads", "g-board");
  join("g-heads", "u1");
  publish();
  take();
  CHECK(names().size() == 1);
}

}  // namespace secondlook
