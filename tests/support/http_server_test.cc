#include "tests/support/http_server.h"

#include <catch2/catch.hpp>

namespace secondlook {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kTwoRequests =
    "POST /one?x=%20y HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
    "POST /two HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";

std::vector<ServedRequest> read_pieces(std::string_view bytes, std::size_t piece) {
  std::vector<ServedRequest> requests;
  std::string waiting;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    waiting += bytes.substr(at, piece);
    ServedRequest request;
    while (*take_request(waiting, request)) requests.push_back(request);
  }
  CHECK(waiting.empty());
  return requests;
}

}  // namespace

TEST_CASE("two pipelined requests are read the same whole, byte by byte and cut anywhere") {
  for (std::size_t piece = 1; piece <= kTwoRequests.size(); ++piece) {
    const auto requests = read_pieces(kTwoRequests, piece);
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].method == "POST");
    CHECK(requests[0].target == "/one?x=%20y");
    CHECK(requests[0].headers.find("host")->second == "a");
    CHECK(requests[0].body == "hello");
    CHECK(requests[1].body == "abcd");
  }
}

TEST_CASE("a line that is no request line is refused") {
  std::string bytes = "nonsense\r\n\r\n";
  ServedRequest request;
  CHECK_FALSE(take_request(bytes, request).has_value());
}

TEST_CASE("the server answers on a kept connection and counts connections") {
  const auto server = HttpServer::start(0, [](const ServedRequest& request) {
    ServedAnswer answer;
    answer.body = request.target + " on " + std::to_string(request.connection);
    return answer;
  });
  REQUIRE(server.has_value());
  auto stream = TcpStream::connect("127.0.0.1", std::to_string((*server)->port()), 5s);
  REQUIRE(stream.has_value());
  for (const char* const target : {"/a", "/b"}) {
    REQUIRE(stream->write_all("GET " + std::string(target) + " HTTP/1.1\r\n\r\n", 5s));
    std::string answer;
    while (answer.find(" on 1") == answer.npos) {
      const auto more = stream->read_some(5s);
      REQUIRE(more.has_value());
      REQUIRE_FALSE(more->empty());
      answer += *more;
    }
    CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(answer.ends_with(std::string(target) + " on 1"));
  }
}

}  // namespace secondlook
