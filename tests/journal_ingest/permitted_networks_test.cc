#include "journal_ingest/permitted_networks.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

bool permits(const std::vector<std::string>& networks, const char* peer) {
  return PermittedNetworks::parse(networks)->permits(asio::ip::make_address(peer));
}

}  // namespace

TEST_CASE("without networks every peer is permitted") {
  CHECK(permits({}, "203.0.113.9"));
  CHECK(permits({}, "2001:db8::1"));
}

TEST_CASE("a peer is permitted by the bits of its network") {
  CHECK(permits({"40.92.0.0/15"}, "40.93.255.255"));
  CHECK_FALSE(permits({"40.92.0.0/15"}, "40.94.0.0"));
  CHECK(permits({"104.47.0.0/17"}, "104.47.127.1"));
  CHECK_FALSE(permits({"104.47.0.0/17"}, "104.47.128.1"));
  CHECK(permits({"192.0.2.1"}, "192.0.2.1"));
  CHECK_FALSE(permits({"192.0.2.1"}, "192.0.2.2"));
  CHECK(permits({"192.0.2.0/24", "2a01:111:f400::/48"}, "2a01:111:f400:ffff::1"));
  CHECK_FALSE(permits({"2a01:111:f400::/48"}, "2a01:111:f401::1"));
  CHECK(permits({"0.0.0.0/0"}, "203.0.113.9"));
  CHECK_FALSE(permits({"0.0.0.0/0"}, "2001:db8::1"));
}

TEST_CASE("an IPv4 peer of a socket for both families counts as IPv4") {
  CHECK(permits({"192.0.2.0/24"}, "::ffff:192.0.2.7"));
  CHECK(without_mapping(asio::ip::make_address("::ffff:192.0.2.7")).to_string() == "192.0.2.7");
}

TEST_CASE("what is no network is refused with its text") {
  for (const char* text : {"", "x", "192.0.2.0/33", "2001:db8::/129", "192.0.2.0/", "192.0.2/24"}) {
    const auto parsed = PermittedNetworks::parse({text});
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().message.find("\"" + std::string(text) + "\"") != std::string::npos);
  }
}
