#include "schema/store/directory.h"

#include <algorithm>

#include "schema/store/migrations.h"
#include "schema/store/schema_1.h"
#include "schema/store/schema_2.h"
#include "schema/store/sqlite_connection.h"
#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

DirectoryObject user(const std::string& id, std::vector<std::string> addresses) {
  DirectoryObject object;
  object.id = id;
  object.mail = addresses.front();
  object.principal_name = id + "@corp.onmicrosoft.example";
  object.addresses = std::move(addresses);
  return object;
}

struct DirectoryFixture : StoreFixture {
  StoredDirectory& directory = store->directory();

  Generation publish(const std::vector<DirectoryObject>& objects, bool full = true) {
    const Generation generation = must(directory.begin_generation("corp"));
    for (const DirectoryObject& object : objects) must(directory.put(generation, object));
    must(directory.publish("corp", generation, "shape", {"u", "g", "c"}, full, at_second(1)));
    return generation;
  }
  std::string id_of(Generation generation, const std::string& address) {
    const auto found = must(directory.find(generation, address));
    return found.empty() ? "" : found.size() > 1 ? "several" : found[0].id;
  }
};

}  // namespace

TEST_CASE("an object is found by each of its addresses, in any case, and comes back whole") {
  DirectoryFixture fixture;
  DirectoryObject ann = user("U1", {"ann@corp.example", "a.smith@corp.example"});
  ann.display_name = "Ann";
  ann.is_enabled = false;
  ann.is_synced = true;
  ann.attributes[6] = "finance";
  ann.attributes[14] = "last";
  const Generation generation = fixture.publish({ann, user("U2", {"bob@corp.example"})});
  for (const char* address :
       {"ann@corp.example", " A.Smith@CORP.example ", "u1@corp.onmicrosoft.example"}) {
    ann.principal_name = "u1@corp.onmicrosoft.example";
    DirectoryObject stored = ann;
    must(fixture.directory.put(generation, stored));
    const auto found = must(fixture.directory.find(generation, address));
    REQUIRE(found.size() == 1);
    CHECK(found[0] == ann);
  }
  CHECK(must(fixture.directory.find(generation, "eve@corp.example")).empty());
  CHECK(must(fixture.directory.find_by_id(generation, "U2"))->mail == "bob@corp.example");
}

TEST_CASE("addresses differ neither by case nor by how an accent is written") {
  CHECK(address_key(" Ann@CORP.example ") == "ann@corp.example");
  CHECK(address_key("JOS\xc3\x89@corp.example") == "jos\xc3\xa9@corp.example");
  CHECK(address_key("Jose\xcc\x81@corp.example") == "jos\xc3\xa9@corp.example");
  CHECK(address_key("bad\xff@X.example") == "bad\xff@x.example");
}

TEST_CASE("a reading that ends halfway changes nothing") {
  DirectoryFixture fixture;
  fixture.publish({user("U1", {"ann@corp.example"})});
  const Generation half = must(fixture.directory.begin_generation("corp"));
  must(fixture.directory.put(half, user("U9", {"new@corp.example"})));
  const DirectoryState state = must(fixture.directory.state("corp"));
  REQUIRE(state.generation);
  CHECK(fixture.id_of(*state.generation, "ann@corp.example") == "U1");
  CHECK(fixture.id_of(*state.generation, "new@corp.example").empty());
  while (must(fixture.directory.drop_unused("corp", std::nullopt, 1))) {
  }
  CHECK(must(fixture.directory.count(half)).users == 0);
  CHECK(fixture.id_of(*state.generation, "ann@corp.example") == "U1");
}

TEST_CASE("a published reading takes the place of the one before at once, with its links") {
  DirectoryFixture fixture;
  CHECK_FALSE(must(fixture.directory.state("corp")).generation);
  const Generation first = fixture.publish({user("U1", {"ann@corp.example"})});
  must(fixture.directory.note_failure("corp", "no answer", at_second(5)));
  CHECK(must(fixture.directory.state("corp")).error == "no answer");
  CHECK(must(fixture.directory.state("corp")).generation == first);
  const Generation second = fixture.publish(
      {user("U1", {"ann@corp.example", "a@corp.example"}), user("U2", {"bob@corp.example"})});
  const DirectoryState state = must(fixture.directory.state("corp"));
  CHECK(state.generation == second);
  CHECK(state.links.users == "u");
  CHECK(state.links.contacts == "c");
  CHECK(state.shape == "shape");
  CHECK(state.error.empty());
  CHECK(state.counts.users == 2);
  CHECK(state.counts.addresses == 3);
  CHECK(state.full_at == at_second(1));
  while (must(fixture.directory.drop_unused("corp", std::nullopt, 100))) {
  }
  CHECK(must(fixture.directory.count(first)).users == 0);
  CHECK(must(fixture.directory.count(second)).users == 2);
}

TEST_CASE("tenants do not see each other's directories") {
  DirectoryFixture fixture;
  fixture.publish({user("U1", {"ann@corp.example"})});
  CHECK_FALSE(must(fixture.directory.state("other")).generation);
  CHECK_FALSE(must(fixture.directory.drop_unused("other", std::nullopt, 100)));
}

TEST_CASE("who is in a group of a group is in both, even when the groups go in a circle") {
  DirectoryFixture fixture;
  DirectoryObject staff = user("G1", {"staff@corp.example"});
  staff.kind = DirectoryKind::group;
  const Generation generation = fixture.publish({user("U1", {"ann@corp.example"}), staff});
  must(fixture.directory.set_member(generation, "G1", "U1", true));
  must(fixture.directory.set_member(generation, "G2", "G1", true));
  must(fixture.directory.set_member(generation, "G1", "G2", true));
  const auto groups = must(fixture.directory.groups_of(generation, "U1"));
  const auto has = [&](const std::string& name) {
    return std::find(groups.begin(), groups.end(), name) != groups.end();
  };
  CHECK(has("G1"));
  CHECK(has("G2"));
  CHECK(has("staff@corp.example"));
  must(fixture.directory.set_member(generation, "G1", "U1", false));
  CHECK(must(fixture.directory.groups_of(generation, "U1")).empty());
}

TEST_CASE("a removed object is gone with its addresses; a moved alias belongs to the other") {
  DirectoryFixture fixture;
  const Generation generation = fixture.publish(
      {user("U1", {"ann@corp.example", "x@corp.example"}), user("U2", {"bob@corp.example"})});
  must(fixture.directory.put(generation, user("U2", {"bob@corp.example", "x@corp.example"})));
  CHECK(fixture.id_of(generation, "x@corp.example") == "several");
  must(fixture.directory.put(generation, user("U1", {"ann@corp.example"})));
  CHECK(fixture.id_of(generation, "x@corp.example") == "U2");
  must(fixture.directory.remove(generation, "U1"));
  CHECK(fixture.id_of(generation, "ann@corp.example").empty());
}

TEST_CASE("objects are read page by page, each once") {
  DirectoryFixture fixture;
  const Generation generation = fixture.publish(
      {user("c", {"c@x.example"}), user("a", {"a@x.example"}), user("b", {"b@x.example"})});
  const auto first = must(fixture.directory.page(generation, "", 2));
  REQUIRE(first.size() == 2);
  CHECK(first[1].id == "b");
  CHECK(first[1].addresses == std::vector<std::string>{"b@x.example"});
  CHECK(must(fixture.directory.page(generation, "b", 2)).size() == 1);
}

TEST_CASE("overrides are replaced as a whole and found in any case") {
  DirectoryFixture fixture;
  must(fixture.directory.replace_overrides(
      "corp", {{"pf@corp.example", OverrideSetting::public_folder, "archive"}}));
  const auto found = must(fixture.directory.override_of("corp", "PF@corp.example"));
  REQUIRE(found);
  CHECK(found->setting == OverrideSetting::public_folder);
  CHECK(found->note == "archive");
  CHECK_FALSE(must(fixture.directory.override_of("other", "pf@corp.example")));
  must(fixture.directory.replace_overrides("corp", {}));
  CHECK(must(fixture.directory.overrides("corp")).empty());
}

TEST_CASE("strangers are counted, and forgotten once the directory knows them") {
  DirectoryFixture fixture;
  must(fixture.directory.note_stranger("corp", "New@corp.example", at_second(1)));
  must(fixture.directory.note_stranger("corp", "new@corp.example", at_second(9)));
  const auto strangers = must(fixture.directory.strangers("corp", 10));
  REQUIRE(strangers.size() == 1);
  CHECK(strangers[0].messages == 2);
  CHECK(strangers[0].first_seen == at_second(1));
  CHECK(strangers[0].last_seen == at_second(9));
  const Generation generation = fixture.publish({user("U1", {"new@corp.example"})});
  must(fixture.directory.forget_known_strangers("corp", generation));
  CHECK(must(fixture.directory.count_strangers("corp")) == 0);
}

TEST_CASE("a mailbox out of reach is remembered for its time") {
  DirectoryFixture fixture;
  must(fixture.directory.note_unreachable("corp", "U1", "on-premises", at_second(100)));
  CHECK(must(fixture.directory.unreachable("corp", "U1", at_second(99))) == "on-premises");
  CHECK_FALSE(must(fixture.directory.unreachable("corp", "U1", at_second(100))));
  CHECK_FALSE(must(fixture.directory.unreachable("corp", "U2", at_second(99))));
}

TEST_CASE("a database of the version before gets the directory's tables and keeps the rest") {
  TemporaryDirectory place;
  const std::string path = place.file("old.db");
  must(must(Connection::open(path, ConnectionMode::read_write))
           ->execute(std::string(kSchema1) + kSchema2 +
                     "INSERT INTO logs (uuid) VALUES ('kept'); PRAGMA user_version=2"));
  auto store = must(Store::open(path));
  CHECK_FALSE(must(store->directory().state("corp")).generation);
  CHECK(must(must(Connection::open(path, ConnectionMode::read_write))
                 ->integer("SELECT count(*) FROM logs")) == 1);
}

TEST_CASE("an alias of a mailbox whose copy was removed is not told as left where it is") {
  DirectoryFixture fixture;
  fixture.publish(
      {user("U1", {"ann@corp.example", "a.smith@corp.example"}), user("U2", {"bob@corp.example"})});
  Verdict verdict = verdict_of("a");
  verdict.recipients = {{"ann@corp.example", "to", "", ""},
                        {"A.Smith@corp.example", "to", "", ""},
                        {"bob@corp.example", "to", "", ""}};
  const MessageRowId message = fixture.record(1, verdict).id;
  fixture.add_step(message, "ann@corp.example", StepState::removed);
  std::vector<std::string> told;
  const auto found = must(find_message(*fixture.store, message));
  REQUIRE(found);
  for (const FoundCopy& copy : found->copies) told.push_back(copy.mailbox + " " + copy.state);
  CHECK(told == std::vector<std::string>{"ann@corp.example removed", "bob@corp.example "});
}

}  // namespace secondlook
