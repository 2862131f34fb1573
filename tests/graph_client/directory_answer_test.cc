#include "graph_client/directory_answer.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

DirectoryChange first_of(const std::string& object) {
  const auto page = read_directory_page(R"({"@odata.deltaLink":"d","value":[)" + object + "]}");
  REQUIRE(page.has_value());
  REQUIRE(page->changes.size() == 1);
  return page->changes[0];
}

}  // namespace

TEST_CASE("a user is read with addresses of mail alone, the primary one first") {
  const DirectoryChange ann = first_of(
      R"({"id":"u1","mail":"Ann@contoso.example","userPrincipalName":"ann@contoso.example",
          "proxyAddresses":["smtp:a@contoso.example","x500:/o=ex","SIP:ann@contoso.example",
          "SMTP:Ann@contoso.example",7,"s"],
          "userType":"Member","accountEnabled":false,"onPremisesSyncEnabled":null,
          "assignedPlans":[{"service":"exchange","capabilityStatus":"Enabled"}],
          "onPremisesExtensionAttributes":{"extensionAttribute7":"finance",
            "extensionAttribute8":null,"extensionAttribute16":"none"}})");
  CHECK(ann.id == "u1");
  CHECK(ann.addresses == std::vector<std::string>{"Ann@contoso.example", "a@contoso.example"});
  CHECK(ann.is_enabled == false);
  CHECK(ann.is_synced == false);
  CHECK(ann.has_exchange_plan == true);
  CHECK(ann.attributes == std::map<int, std::string>{{7, "finance"}, {8, ""}});
}

TEST_CASE("what is not told is not empty") {
  const DirectoryChange change = first_of(R"({"id":"u1","mail":null})");
  CHECK(change.mail == "");
  CHECK_FALSE(change.addresses);
  CHECK_FALSE(change.principal_name);
  CHECK_FALSE(change.is_enabled);
  CHECK_FALSE(change.has_exchange_plan);
  CHECK(change.attributes.empty());
}

TEST_CASE("an object that was removed says nothing else") {
  CHECK(first_of(R"({"id":"u1","@removed":{"reason":"changed"},"mail":"x"})").is_removed);
  CHECK_FALSE(first_of(R"({"id":"u1","@removed":{"reason":"changed"},"mail":"x"})").mail);
}

TEST_CASE("a group tells its kind and who came and left") {
  const DirectoryChange group = first_of(
      R"({"id":"g1","groupTypes":["Unified"],"members@delta":[{"id":"u1"},
          {"id":"u2","@removed":{"reason":"deleted"}},{"no":"id"}]})");
  CHECK(group.is_unified == true);
  CHECK(group.members_added == std::vector<std::string>{"u1"});
  CHECK(group.members_removed == std::vector<std::string>{"u2"});
}

TEST_CASE("control characters of the network are spaces, long texts are cut") {
  const DirectoryChange change = first_of(R"({"id":"u1","displayName":"a\nb\u0000c\u001b[1m"})");
  CHECK(change.display_name == "a b c [1m");
  CHECK(first_of(R"({"id":"u1","mail":")" + std::string(5000, 'x') + "\"}").mail->size() == 1024);
}

TEST_CASE("a page whose end cannot be told is no page") {
  for (const char* body : {"", "<html>", "[]", "{}", R"({"value":{}})", R"({"value":[]})",
                           R"({"value":"x"})", R"({"value":[],"@odata.nextLink":7})",
                           R"({"value":[],"@odata.nextLink":"n","@odata.deltaLink":"d"})"}) {
    INFO(body);
    CHECK_FALSE(read_directory_page(body));
  }
  CHECK(
      read_directory_page(R"({"value":[7,{},{"id":""}],"@odata.nextLink":"n"})")->changes.empty());
}

}  // namespace secondlook
