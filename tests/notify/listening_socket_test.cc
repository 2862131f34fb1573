#include "notify/listening_socket.h"

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("metrics are served on loopback alone") {
  for (const char* address :
       {"0.0.0.0:9464", "[::]:9464", "192.0.2.1:9464", "10.0.0.1:0", "metrics.example:9464",
        "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", ":9464", "", "127.0.0.1.evil.example:1"}) {
    INFO(address);
    const auto socket = listen_for_metrics(address);
    REQUIRE_FALSE(socket);
    CHECK(socket.error().kind == Error::Kind::malformed);
  }
}

TEST_CASE("the address tells the port that the kernel picked") {
  const auto socket = listen_for_metrics("127.0.0.1:0");
  REQUIRE(socket);
  CHECK(socket->address.starts_with("127.0.0.1:"));
  CHECK(socket->address != "127.0.0.1:0");
  const auto taken = listen_for_metrics(socket->address);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().message.find(socket->address) != std::string::npos);
}
