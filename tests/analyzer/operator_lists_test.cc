#include "analyzer/operator_lists.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

constexpr Timestamp kNow{std::chrono::hours(24 * 20'783)};  // 2026-11-26

OperatorLists lists_of(std::string_view text) {
  const auto entries = parse_list(text);
  if (!entries) FAIL(entries.error().message);
  return OperatorLists(*entries);
}

bool blocks(const OperatorLists& lists, ListSubject subject, std::string_view value,
            Timestamp at = kNow) {
  return lists.find(ListKind::block, subject, value, at) != nullptr;
}

}  // namespace

TEST_CASE("a domain or host is found by its parents, an address and a hash by themselves") {
  const auto lists =
      lists_of("block domain evil.example\nblock host trap.example\nblock sender a@b.example\n");
  CHECK(blocks(lists, ListSubject::domain, "Mail.EVIL.example"));
  CHECK(blocks(lists, ListSubject::host, "trap.example"));
  CHECK_FALSE(blocks(lists, ListSubject::domain, "notevil.example"));
  CHECK_FALSE(blocks(lists, ListSubject::domain, "trap.example"));
  CHECK_FALSE(blocks(lists, ListSubject::domain, "example"));
  CHECK(blocks(lists, ListSubject::sender, "A@B.example"));
  CHECK_FALSE(blocks(lists, ListSubject::sender, "x.a@b.example"));
  CHECK_FALSE(blocks(lists, ListSubject::sender, ""));
}

TEST_CASE("networks of both kinds are asked by address") {
  const auto lists = lists_of("block ip 192.0.2.0/24\nblock ip 2001:db8::/32\n");
  CHECK(blocks(lists, ListSubject::ip, "192.0.2.9"));
  CHECK(blocks(lists, ListSubject::ip, "2001:db8::7"));
  CHECK_FALSE(blocks(lists, ListSubject::ip, "198.51.100.1"));
  CHECK_FALSE(blocks(lists, ListSubject::ip, "no address"));
}

TEST_CASE("an entry ends with its day, and of two about the same the later one holds") {
  const auto lists = lists_of(
      "block domain a.example until 2026-11-25\nblock domain b.example until 2026-11-26\n"
      "block domain c.example until 2026-11-01\nblock domain c.example\n");
  CHECK_FALSE(blocks(lists, ListSubject::domain, "a.example"));
  CHECK(blocks(lists, ListSubject::domain, "b.example"));
  CHECK_FALSE(blocks(lists, ListSubject::domain, "b.example", kNow + std::chrono::hours(24)));
  CHECK(blocks(lists, ListSubject::domain, "c.example"));
}

TEST_CASE("people are known by their names, who may be several") {
  const auto lists = lists_of(
      "vip a@contoso.example Taro Yamada\nvip b@contoso.example Yamada Taro\n"
      "vip c@contoso.example Hana Sato\n");
  CHECK(lists.people_named("taro yamada").size() == 2);
  CHECK(lists.people_named("Hana Sato").front()->value == "c@contoso.example");
  CHECK(lists.people_named("Somebody Else").empty());
  CHECK(OperatorLists().people_named("Taro Yamada").empty());
}
