#include "remediation/directory/directory_change.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

DirectoryChange ann() {
  DirectoryChange change;
  change.id = "u1";
  change.mail = "Ann@corp.example";
  change.principal_name = "ann@corp.example";
  change.user_type = "Member";
  change.addresses = {{"Ann@corp.example", "A.Smith@corp.example"}};
  change.attributes = {{7, "finance"}};
  return change;
}

}  // namespace

TEST_CASE("a first change makes an object, its addresses in lower case, each once") {
  const DirectoryObject object = apply_change(std::nullopt, ann(), DirectoryPart::users);
  CHECK(object.kind == DirectoryKind::user);
  CHECK(object.mail == "ann@corp.example");
  CHECK(object.addresses == std::vector<std::string>{"ann@corp.example", "a.smith@corp.example"});
  CHECK(object.attributes[6] == "finance");
}

TEST_CASE("what a later change does not tell stays, what it empties goes") {
  const DirectoryObject before = apply_change(std::nullopt, ann(), DirectoryPart::users);
  DirectoryChange change;
  change.id = "u1";
  change.is_enabled = false;
  change.attributes = {{7, ""}, {8, "x"}};
  const DirectoryObject after = apply_change(before, change, DirectoryPart::users);
  CHECK(after.addresses == before.addresses);
  CHECK(after.kind == DirectoryKind::user);
  CHECK_FALSE(after.is_enabled);
  CHECK(after.attributes[6].empty());
  CHECK(after.attributes[7] == "x");
}

TEST_CASE("a guest, a Microsoft 365 group and a contact are told apart") {
  DirectoryChange change;
  change.id = "x";
  change.user_type = "Guest";
  CHECK(apply_change({}, change, DirectoryPart::users).kind == DirectoryKind::guest);
  change.is_unified = true;
  CHECK(apply_change({}, change, DirectoryPart::groups).kind == DirectoryKind::unified_group);
  CHECK(apply_change({}, change, DirectoryPart::contacts).kind == DirectoryKind::contact);
  change.is_unified = false;
  CHECK(apply_change({}, change, DirectoryPart::groups).kind == DirectoryKind::group);
}

TEST_CASE("a difference says what became of whom") {
  const DirectoryObject before = apply_change(std::nullopt, ann(), DirectoryPart::users);
  CHECK_FALSE(difference(before, before));
  CHECK_FALSE(difference(std::nullopt, std::nullopt));
  CHECK(difference(std::nullopt, before)->kind == DirectoryDifference::Kind::added);
  CHECK(difference(before, std::nullopt)->kind == DirectoryDifference::Kind::removed);
  DirectoryObject after = before;
  after.mail = "anna@corp.example";
  after.addresses = {"anna@corp.example", "ann@corp.example"};
  const auto renamed = difference(before, after);
  REQUIRE(renamed);
  CHECK(renamed->address == "anna@corp.example");
  CHECK(renamed->detail ==
        "primary address was ann@corp.example; +anna@corp.example; -a.smith@corp.example");
}

}  // namespace secondlook
