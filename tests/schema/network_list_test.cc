#include "schema/network_list.h"

#include <catch2/catch.hpp>

#include "base/file_descriptor.h"

namespace secondlook {
namespace {

TEST_CASE("the shipped list of Exchange Online's networks can be read and found") {
  const auto text = read_file(exchange_online_networks_path(), 1 << 20);
  REQUIRE(text);
  const auto list = parse_network_list(*text);
  REQUIRE(list);
  CHECK(list->networks.size() == 6);  // those of id 10
  CHECK(list->networks.front() == "40.92.0.0/15");
}

TEST_CASE("a list is old 180 days after it was written down") {
  const auto list = parse_network_list("written 2026-01-01\n192.0.2.0/24\n");
  REQUIRE(list);
  CHECK_FALSE(list->is_old(*parse_rfc3339("2026-06-29")));
  CHECK(list->is_old(*parse_rfc3339("2026-07-01")));
}

TEST_CASE("comments, empty lines and line ends of Windows are passed over") {
  const auto list =
      parse_network_list("# a\r\n\r\nwritten 2026-01-01\r\n 192.0.2.0/24 \r\n2001:db8::/32");
  REQUIRE(list);
  CHECK(list->networks == std::vector<std::string>{"192.0.2.0/24", "2001:db8::/32"});
}

TEST_CASE("what is no list of networks is refused with its line") {
  const std::string many = [] {
    std::string text = "written 2026-01-01\n";
    for (int i = 0; i < 1001; ++i) text += "192.0.2.1\n";
    return text;
  }();
  for (const auto& [text, reason] : std::vector<std::pair<std::string, std::string>>{
           {"", "written"},
           {"192.0.2.0/24\n", "written"},
           {"written 2026-01-01\n", "no network"},
           {"written yesterday\n192.0.2.0/24\n", "line 1"},
           {"written 2026-01-01\nwritten 2026-01-02\n", "line 2"},
           {"written 2026-01-01\n192.0.2.0/24 192.0.3.0/24\n", "line 2"},
           {"<html>\n" + std::string(100, 'x'), "line 2"},
           {many, "line 1002"}}) {
    const auto list = parse_network_list(text);
    REQUIRE_FALSE(list);
    CHECK_THAT(list.error().message, Catch::Contains(reason));
  }
}

}  // namespace
}  // namespace secondlook
