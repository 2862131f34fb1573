#include "notify/http_server.h"

#include <vector>

#include <catch2/catch.hpp>

#include "notify/listening_socket.h"
#include "tests/support/tcp_stream.h"

using namespace secondlook;

namespace {

constexpr std::chrono::seconds kPatience{20};

struct RunningServer {
  std::string port;
  std::unique_ptr<HttpServer> server;

  RunningServer() {
    auto socket = listen_for_metrics("127.0.0.1:0");
    REQUIRE(socket);
    port = socket->address.substr(socket->address.rfind(':') + 1);
    auto started = HttpServer::start(std::move(socket->socket), [](const HttpQuestion& question) {
      return HttpAnswer{200, "text/plain", question.path + "|" + question.accept};
    });
    REQUIRE(started);
    server = std::move(*started);
  }
  TcpStream connect() const {
    auto stream = TcpStream::connect("127.0.0.1", port, kPatience);
    REQUIRE(stream);
    return std::move(*stream);
  }
  // All that comes until the server closes.
  std::string ask(const std::string& request) const {
    TcpStream stream = connect();
    REQUIRE(stream.write_all(request, kPatience));
    std::string answer;
    for (;;) {
      const auto bytes = stream.read_some(kPatience);
      if (!bytes || bytes->empty()) return answer;
      answer += *bytes;
    }
  }
};

}  // namespace

TEST_CASE("GET is answered with path and Accept, without the query") {
  const RunningServer running;
  const std::string answer = running.ask(
      "GET /readyz?a=b HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nConnection: "
      "close\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(answer.ends_with("\r\n\r\n/readyz|application/json"));
  CHECK(answer.find("Cache-Control: no-store\r\n") != std::string::npos);
}

TEST_CASE("HEAD is answered without a body") {
  const RunningServer running;
  const std::string answer =
      running.ask("HEAD /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("other methods and bodies are refused") {
  const RunningServer running;
  CHECK(running.ask("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")
            .starts_with("HTTP/1.1 405 "));
  CHECK(running.ask("DELETE /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .starts_with("HTTP/1.1 405 "));
  CHECK(running.ask("GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
            .starts_with("HTTP/1.1 413 "));
}

TEST_CASE("a header without end is not kept in memory") {
  const RunningServer running;
  const std::string answer =
      running.ask("GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n");
  CHECK(answer.find("200 OK") == std::string::npos);
}

TEST_CASE("what is no HTTP does no harm") {
  const RunningServer running;
  CHECK(running.ask("\r\n\r\n\x01\x02\xff\r\n\r\n").find("200 OK") == std::string::npos);
  CHECK(running.ask("GET /still-there HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .ends_with("/still-there|"));
}

TEST_CASE(
    "beyond the most connections the next one is closed, and served again when one has gone") {
  const RunningServer running;
  std::vector<TcpStream> silent;
  for (unsigned i = 0; i < HttpServer::kMostConnections + 8; ++i)
    silent.push_back(running.connect());
  silent.clear();
  std::string answer;
  for (int i = 0; i < 100 && answer.empty(); ++i)
    answer = running.ask("GET /again HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(answer.ends_with("/again|"));
}
