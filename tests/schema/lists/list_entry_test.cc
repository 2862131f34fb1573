#include "schema/lists/list_entry.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

std::string again(const std::string& line) {
  const auto entry = parse_list_entry(line);
  if (!entry) return "malformed: " + entry.error().message;
  const auto second = parse_list_entry(to_line(*entry));
  REQUIRE(second);
  CHECK(*second == *entry);
  return to_line(*entry);
}

const std::string kHash(64, 'a');

}  // namespace

TEST_CASE("every kind of entry is read, and written as it is read") {
  CHECK(again("block  sender Eve@Evil.example") == "block sender eve@evil.example");
  CHECK(again("block domain evil.example until 2027-01-31 # ticket 17") ==
        "block domain evil.example until 2027-01-31 # ticket 17");
  CHECK(again("block ip 192.0.2.0/24") == "block ip 192.0.2.0/24");
  CHECK(again("block ip 2001:db8::/32") == "block ip 2001:db8::/32");
  CHECK(again("block host evil.example") == "block host evil.example");
  CHECK(again("block hash " + kHash) == "block hash " + kHash);
  CHECK(again("allow domain partner.example until 2026-12-31") ==
        "allow domain partner.example until 2026-12-31");
  CHECK(again("vip Taro@contoso.example 山田 太郎 # 社長") ==
        "vip taro@contoso.example 山田 太郎 # 社長");
  CHECK(again("brand Contoso-Bank.example Contoso Bank") ==
        "brand contoso-bank.example Contoso Bank");
  CHECK(again("brand contoso-bank.example") ==
        "malformed: brand needs a domain and a name: brand contoso-bank.example Contoso Bank");
  CHECK(again("brand a@b.example Contoso Bank").starts_with("malformed: "));
  CHECK(again("partner Fabrikam.example") == "partner fabrikam.example");
}

TEST_CASE("an entry holds until the end of its day") {
  const auto entry = parse_list_entry("block host evil.example until 2027-01-31");
  REQUIRE(entry);
  CHECK(format_rfc3339(*entry->until) == "2027-02-01T00:00:00.000000Z");
}

TEST_CASE("what is wrong is said with what would be right") {
  CHECK(again("deny sender a@b.example") ==
        "malformed: \"deny\": block, allow, vip, partner or brand");
  CHECK(again("block mail a@b.example") == "malformed: \"mail\": sender, domain, ip, host or hash");
  CHECK(again("block sender evil.example") ==
        "malformed: \"evil.example\" is no address such as eve@evil.example");
  CHECK(again("block domain localhost") ==
        "malformed: \"localhost\" is no domain such as evil.example");
  CHECK(again("block hash 12ab") == "malformed: a hash is the 64 hexadecimal digits of a SHA-256");
  CHECK(again("allow sender a@b.example") == "malformed: allow needs an end: until 2027-01-31");
  CHECK(again("allow host b.example until 2027-01-31") ==
        "malformed: allow takes a sender or a domain: only these can be authenticated");
  CHECK(again("block domain b.example until tomorrow") ==
        "malformed: until needs a day such as 2027-01-31");
  CHECK(again("block domain b.example forever") ==
        "malformed: \"forever\": until DAY, or # and a note");
  CHECK(again("block domain b.example until 2027-01-31 or so") ==
        "malformed: \"or so\" is too much");
  CHECK(again("vip taro@contoso.example") ==
        "malformed: vip needs an address and a name: vip taro@contoso.example Taro Yamada");
  CHECK(again("partner b.example until 2027-01-31") == "malformed: partner has no end");
  CHECK(again("block sender") == "malformed: a value is missing");
  CHECK(again("block ip 300.1.1.1").starts_with("malformed: "));
  CHECK(again("partner b.example # a\x01note").starts_with("malformed: "));
  CHECK(again("partner b.example # " + std::string(2000, 'x')).starts_with("malformed: "));
}

TEST_CASE("the mail that an entry is about can be searched for") {
  const auto term = [](const std::string& line) { return search_term(*parse_list_entry(line)); };
  CHECK(term("block sender a@b.example") == "from:a@b.example");
  CHECK(term("allow domain b.example until 2027-01-31") == "from:b.example");
  CHECK(term("block ip 192.0.2.0/24") == "ip:192.0.2.0/24");
  CHECK(term("block host b.example") == "domain:b.example");
  CHECK(term("block hash " + kHash) == "sha256:" + kHash);
  CHECK(term("vip a@b.example A").empty());
  CHECK(term("partner b.example").empty());
}

TEST_CASE("a file names the line that is wrong") {
  const auto list = parse_list("# ours\n\npartner a.example\r\nblock host b.example\n");
  REQUIRE(list);
  CHECK(list->size() == 2);
  const auto wrong = parse_list("partner a.example\n\nnonsense\n");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message == "line 3: \"nonsense\": block, allow, vip, partner or brand");
}
