#include "base/unix_socket.h"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/temporary_directory.h"

namespace secondlook {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a socket has its mode, and a stale one in its place is replaced") {
  TemporaryDirectory directory;
  const std::string path = directory.file("s");
  REQUIRE(listen_on_unix_socket(path, 0600));
  const auto listening = listen_on_unix_socket(path, 0660);
  REQUIRE(listening);
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0660);
  REQUIRE(connect_to_unix_socket(path));
  CHECK(accept_unix_connection(listening->number()));
}

TEST_CASE("a path too long for a socket is refused, a socket nobody listens on too") {
  TemporaryDirectory directory;
  CHECK(listen_on_unix_socket(directory.file(std::string(120, 'x'))).error().kind ==
        Error::Kind::malformed);
  CHECK(connect_to_unix_socket(directory.file("none")).error().kind == Error::Kind::not_found);
}

TEST_CASE("both sides know who the other is") {
  TemporaryDirectory directory;
  const auto listening = listen_on_unix_socket(directory.file("s"));
  const auto client = connect_to_unix_socket(directory.file("s"));
  const auto server = accept_unix_connection(listening->number());
  const auto peer = peer_credentials(server->number());
  REQUIRE(peer);
  CHECK(peer->user == ::getuid());
  CHECK(peer->group == ::getgid());
  CHECK(peer->process == ::getpid());
}

TEST_CASE("descriptors travel with the first byte and are closed on exec") {
  TemporaryDirectory directory;
  auto pair = make_socket_pair();
  REQUIRE(pair);
  const auto file = open_file(directory.write("a", "passed"), O_RDONLY);
  REQUIRE(send_with_descriptors(pair->first.number(), "hello", {file->number(), file->number()}));
  auto received = receive_with_descriptors(pair->second.number(), 100);
  REQUIRE(received);
  CHECK(received->bytes == "hello");
  REQUIRE(received->descriptors.size() == 2);
  CHECK((::fcntl(received->descriptors[0].number(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(*read_descriptor(received->descriptors[0].number(), 100) == "passed");
}

TEST_CASE("more than sixteen descriptors, or descriptors without a byte, are refused") {
  auto pair = make_socket_pair();
  CHECK_FALSE(send_with_descriptors(pair->first.number(), "x", std::vector<int>(17, 0)));
  CHECK_FALSE(send_with_descriptors(pair->first.number(), "", {0}));
}

TEST_CASE("a peer that closed gives no bytes, and sending to it is an error, no signal") {
  auto pair = make_socket_pair();
  pair->first.reset();
  const auto received = receive_with_descriptors(pair->second.number(), 100);
  REQUIRE(received);
  CHECK(received->bytes.empty());
  CHECK_FALSE(send_with_descriptors(pair->second.number(), "x"));
}

TEST_CASE("a full buffer of a non-blocking socket is temporary, and so is accepting nobody") {
  auto pair = make_socket_pair();
  REQUIRE(::fcntl(pair->first.number(), F_SETFL, O_NONBLOCK) == 0);
  const auto sent = send_with_descriptors(pair->first.number(), std::string(64 << 20, 'x'));
  REQUIRE_FALSE(sent);
  CHECK(sent.error().kind == Error::Kind::temporary);
  TemporaryDirectory directory;
  const auto listening = listen_on_unix_socket(directory.file("s"));
  REQUIRE(::fcntl(listening->number(), F_SETFL, O_NONBLOCK) == 0);
  CHECK(accept_unix_connection(listening->number()).error().kind == Error::Kind::temporary);
}

TEST_CASE("waiting ends at data or at its time") {
  auto pair = make_socket_pair();
  CHECK_FALSE(*wait_readable(pair->second.number(), 1ms));
  REQUIRE(send_with_descriptors(pair->first.number(), "x"));
  CHECK(*wait_readable(pair->second.number(), 10s));
}

}  // namespace
}  // namespace secondlook
