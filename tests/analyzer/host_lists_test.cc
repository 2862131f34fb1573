#include "analyzer/host_lists.h"

#include <catch2/catch.hpp>

#include "analyzer/message/url.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;

namespace {

HostLists lists_of(std::string_view content) {
  HostLists lists;
  if (auto added = lists.add("l", Timestamp{}, content); !added) FAIL(added.error().message);
  lists.finish();
  return lists;
}

std::string found(const HostLists& lists, std::string_view written) {
  const auto url = resolve_url(written);
  REQUIRE(url);
  const auto place = lists.find(url->text, url->host);
  return place ? lists.name(*place) : "";
}

}  // namespace

TEST_CASE("a listed host counts with all beneath it, a URL for what lies beneath its path") {
  const HostLists lists = lists_of(
      "# hosts\n\nevil.example  # seen today\nGOOD.example/kit\n"
      "https://files.example/a?b=c\nhttp://192.0.2.7:8080/bin.sh\nhttp://root.example/\n");
  CHECK(lists.complaints().empty());
  CHECK(found(lists, "https://evil.example/") == "l:3");
  CHECK(found(lists, "http://a.b.evil.example:8443/x") == "l:3");
  CHECK(found(lists, "http://notevil.example/").empty());
  CHECK(found(lists, "http://good.example/kit/login?x=1") == "l:4");
  CHECK(found(lists, "http://good.example/kit?x=1") == "l:4");
  CHECK(found(lists, "http://good.example/kitten").empty());
  CHECK(found(lists, "http://good.example/").empty());
  CHECK(found(lists, "http://files.example/a?b=c") == "l:5");
  CHECK(found(lists, "http://files.example/a?b=c&d=e") == "l:5");
  CHECK(found(lists, "http://files.example/a?b=d").empty());
  CHECK(found(lists, "http://192.0.2.7:8080/bin.sh") == "l:6");
  CHECK(found(lists, "http://192.0.2.7/bin.sh").empty());
  CHECK(found(lists, "http://www.root.example/a") == "l:7");
  CHECK(found(lists, "http://evil.example@fabrikam.example/").empty());
}

TEST_CASE("hosts files and the CSV of URLhaus are read") {
  const HostLists lists = lists_of(
      "127.0.0.1 localhost\n::1 localhost\n0.0.0.0 0.0.0.0\n0.0.0.0 bad.example\r\n"
      "\"1\",\"2026-11-26 10:00:00\",\"http://mal.example/a,b.exe\",\"online\",\"x\","
      "\"https://urlhaus.example/1/\"\n");
  CHECK(lists.complaints().empty());
  CHECK(lists.entries() == 2);
  CHECK(found(lists, "http://bad.example/") == "l:4");
  CHECK(found(lists, "http://mal.example/a,b.exe") == "l:5");
  CHECK(found(lists, "https://urlhaus.example/1/").empty());
}

TEST_CASE("addresses and networks count for links that name an address") {
  const HostLists lists = lists_of("192.0.2.7\n198.51.100.0/24\n2001:db8::/32\n[2001:db9::1]\n");
  CHECK(lists.complaints().empty());
  CHECK(found(lists, "http://192.0.2.7/a") == "l:1");
  CHECK(found(lists, "http://0xc0000207/") == "l:1");
  CHECK(found(lists, "http://198.51.100.200/") == "l:2");
  CHECK(found(lists, "http://[2001:db8::5]/") == "l:3");
  CHECK(found(lists, "http://[2001:db9::1]/") == "l:4");
  CHECK(found(lists, "http://203.0.113.1/").empty());
}

TEST_CASE("a line that is no entry, or would be too much, is told and passed over") {
  const HostLists lists =
      lists_of("evil.example\nhttp://\nco.jp\ngithub.io\n0.0.0.0/0\nnonsense\n" +
               std::string(9000, 'a') + ".example\nalso.example\n");
  CHECK(lists.entries() == 2);
  REQUIRE(lists.files().size() == 1);
  CHECK(lists.files()[0].entries == 2);
  CHECK(lists.files()[0].skipped == 6);
  REQUIRE(lists.complaints().size() == 6);
  CHECK(lists.complaints()[0] == "l:2: \"http://\" is no host, URL or network");
  CHECK(lists.complaints()[1] == "l:3: beneath \"co.jp\" anybody may have a name");
  CHECK(lists.complaints()[3] == "l:5: \"0.0.0.0/0\" is too much of all addresses");
  CHECK(found(lists, "https://a.co.jp/").empty());
}

TEST_CASE("what was packed is found again elsewhere, and nothing cut is taken") {
  const HostLists lists = lists_of("evil.example\n198.51.100.0/24\n");
  const std::string packed = lists.pack();
  const auto again = HostLists::unpack(packed);
  REQUIRE(again);
  CHECK(found(*again, "http://a.evil.example/") == "l:1");
  CHECK(found(*again, "http://198.51.100.9/") == "l:2");
  CHECK(again->files().size() == 1);
  for (std::size_t end = 0; end < packed.size(); ++end)
    CHECK_FALSE(HostLists::unpack(std::string_view(packed).substr(0, end)));
  CHECK_FALSE(HostLists::unpack(packed + "x"));
}

TEST_CASE("files are read in their order, and one that is not there is an error with its name") {
  TemporaryDirectory directory;
  const std::string one = directory.write("one", "evil.example\n");
  const std::string two = directory.write("two", "evil.example\nbad.example\n");
  const auto lists = read_host_lists({one, two});
  REQUIRE(lists);
  CHECK(lists->entries() == 2);
  CHECK(found(*lists, "http://evil.example/") == one + ":1");
  CHECK(found(*lists, "http://bad.example/") == two + ":2");
  const auto missing = read_host_lists({one, one + ".none"});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.find(one + ".none") != std::string::npos);
}

TEST_CASE("a digest tells what is listed: not where, in which order, or how often") {
  CHECK(lists_of("").digest().empty());
  const std::string digest = lists_of("evil.example\nbad.example/kit\n192.0.2.0/24\n").digest();
  CHECK(digest.size() == 16);
  CHECK(lists_of("# again\n192.0.2.0/24\nbad.example/kit\nevil.example\nevil.example\n").digest() ==
        digest);
  CHECK(lists_of("evil.example\nbad.example/kit\n192.0.2.0/25\n").digest() != digest);
  CHECK(lists_of("evil.example\nbad.example\n192.0.2.0/24\n").digest() != digest);
  const auto unpacked = HostLists::unpack(lists_of("evil.example\n").pack());
  REQUIRE(unpacked);
  CHECK(unpacked->digest() == lists_of("evil.example\n").digest());
}
