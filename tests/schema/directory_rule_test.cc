#include "schema/directory_rule.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

std::array<std::string, 15> attributes() {
  std::array<std::string, 15> all;
  all[0] = "VIP-Board";
  all[6] = "Finance and Tax";
  return all;
}

bool met(const std::string& text) {
  const auto rule = parse_directory_rule(text);
  INFO(text);
  INFO((rule ? "" : rule.error().message));
  REQUIRE(rule);
  const auto all = attributes();
  const std::vector<std::string> groups = {"staff@contoso.example", "g-1"};
  return is_met(*rule, {all, groups});
}

}  // namespace

TEST_CASE("attributes are compared without case, with * for any characters") {
  CHECK(met("attribute1 = vip-board"));
  CHECK(met("attribute1=vip*"));
  CHECK(met("attribute1 = *board"));
  CHECK(met("attribute1 = v*-b*d"));
  CHECK_FALSE(met("attribute1 = vip"));
  CHECK_FALSE(met("attribute1 = *x*"));
  CHECK(met("attribute2 = *"));
}

TEST_CASE("an attribute that is not set is the empty text") {
  CHECK(met("attribute2 = ''"));
  CHECK_FALSE(met("attribute1 = ''"));
  CHECK(met("attribute1 != ''"));
  CHECK(met("attribute2 != finance"));
}

TEST_CASE("a group is named by address or id") {
  CHECK(met("group = Staff@contoso.example"));
  CHECK(met("group = G-1"));
  CHECK_FALSE(met("group = others@contoso.example"));
  CHECK(met("group != others@contoso.example"));
}

TEST_CASE("all conditions of a rule must hold, and quotes keep an \"and\" together") {
  CHECK(met("attribute1 = vip* and group = g-1"));
  CHECK_FALSE(met("attribute1 = vip* and group != g-1"));
  CHECK(met("attribute7 = 'finance and tax' and attribute1 = vip*"));
  CHECK_FALSE(met("attribute7 = finance"));
}

TEST_CASE("a rule that cannot be meant is refused with the way out") {
  for (const auto& [text, expected] :
       {std::pair("", "a condition is"), std::pair("attribute16 = x", "attribute1 to attribute15"),
        std::pair("attribute0 = x", "attribute1 to attribute15"),
        std::pair("attribute1x = x", "attribute1 to attribute15"),
        std::pair("extensionAttribute1 = x", "attribute1 to attribute15"),
        std::pair("attribute1", "a condition is"), std::pair("attribute1 =", "a value is missing"),
        std::pair("attribute1 = 'x", "without its second"),
        std::pair("attribute1 = 'x' or group = y", "\"and\" is expected"),
        std::pair("attribute1 = x and  group", "a condition is"),
        std::pair("group = all*", "named whole")}) {
    const auto rule = parse_directory_rule(text);
    INFO(text);
    REQUIRE_FALSE(rule);
    CHECK(rule.error().message.find(expected) != std::string::npos);
  }
}

TEST_CASE("members are needed only where a rule names a group") {
  CHECK_FALSE(names_group({*parse_directory_rule("attribute1 = x")}));
  CHECK(names_group({*parse_directory_rule("attribute1 = x and group = y")}));
}

}  // namespace secondlook
