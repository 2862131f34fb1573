#include "cli/listening_sockets.h"

#include <catch2/catch.hpp>

using namespace secondlook;
using namespace std::chrono_literals;

TEST_CASE("a free port is found and its number told") {
  const auto socket = listen_on("127.0.0.1:0", 0ms);
  REQUIRE(socket);
  CHECK(socket->address.starts_with("127.0.0.1:"));
  CHECK(socket->address != "127.0.0.1:0");
}

TEST_CASE("an address in use is an error that names it") {
  const auto first = listen_on("127.0.0.1:0", 0ms);
  REQUIRE(first);
  const auto second = listen_on(first->address, 0ms);
  REQUIRE_FALSE(second);
  CHECK(second.error().message == "listen on " + first->address + ": Address already in use");
}

TEST_CASE("what is no address is refused with its name") {
  for (const std::string address : {"", "25", ":25", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                                    "127.0.0.1:70000", "::1:25", "[::1]", "127.0.0.1:-1"}) {
    const auto socket = listen_on(address, 0ms);
    REQUIRE_FALSE(socket);
    CHECK(socket.error().kind == Error::Kind::malformed);
    CHECK(socket.error().message.find("[smtp] listen: \"" + address + "\"") == 0);
  }
}
