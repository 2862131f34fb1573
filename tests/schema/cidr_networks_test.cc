#include "schema/cidr_networks.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

bool lies_in(const std::string& network, const std::string& address) {
  const auto networks = CidrNetworks::parse({network});
  REQUIRE(networks);
  return networks->contain(address);
}

}  // namespace

TEST_CASE("an address lies in a network whose prefix it shares") {
  CHECK(lies_in("192.0.2.0/24", "192.0.2.255"));
  CHECK_FALSE(lies_in("192.0.2.0/24", "192.0.3.0"));
  CHECK(lies_in("192.0.2.128/25", "192.0.2.200"));
  CHECK_FALSE(lies_in("192.0.2.128/25", "192.0.2.100"));
  CHECK(lies_in("192.0.2.7", "192.0.2.7"));
  CHECK_FALSE(lies_in("192.0.2.7", "192.0.2.8"));
  CHECK(lies_in("2001:db8::/32", "2001:db8:1::5"));
  CHECK_FALSE(lies_in("2001:db8::/32", "2001:db9::"));
  CHECK(lies_in("192.0.2.0/24", "::ffff:192.0.2.9"));
  CHECK_FALSE(lies_in("2001:db8::/32", "192.0.2.1"));
  CHECK(lies_in("0.0.0.0/0", "203.0.113.1"));
}

TEST_CASE("what is no address lies nowhere, and no network holds nothing") {
  for (const char* address : {"", "mail.example", "192.0.2", "192.0.2.1 ", "192.0.2.1/24"})
    CHECK_FALSE(lies_in("0.0.0.0/0", address));
  CHECK_FALSE(CidrNetworks().contain("192.0.2.1"));
}

TEST_CASE("what is no network is refused by name") {
  for (const char* text : {"", "everywhere", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/x",
                           "2001:db8::/129", "192.0.2.0/24/8", "192.0.2.0/-1"}) {
    const auto networks = CidrNetworks::parse({text});
    REQUIRE_FALSE(networks);
    CHECK(networks.error().message.find(std::string("\"") + text + "\"") != std::string::npos);
  }
}

}  // namespace secondlook
