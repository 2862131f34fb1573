#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "graph_client/http_transport.h"
#include "tests/graph_client/graph_scenario.h"
#include "tests/graph_client/tls_server.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {

using namespace std::chrono_literals;

namespace {

std::unique_ptr<HttpServer> serve(HttpHandler handler) {
  auto server = HttpServer::start(0, std::move(handler));
  REQUIRE(server.has_value());
  return *std::move(server);
}

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.method = "GET";
  request.url = url;
  return request;
}

HttpRequest post(const std::string& url) {
  HttpRequest request = get(url);
  request.method = "POST";
  request.body = "{}";
  request.content_type = "application/json";
  return request;
}

}  // namespace

TEST_CASE("headers come in lower case, the body whole") {
  const auto server = serve([](const ServedRequest& request) {
    ServedAnswer answer = json_answer(200, std::string(300'000, 'x'));
    answer.headers.emplace_back("Retry-After", request.headers.at("x-test"));
    return answer;
  });
  HttpRequest request = get(server->url() + "/a");
  request.headers = {{"X-Test", "1.5"}};
  const auto answer = make_cpprest_transport()->send(request);
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK(answer->headers.at("retry-after") == "1.5");
  CHECK(answer->body.size() == 300'000);
}

TEST_CASE("an answer that does not come is temporary") {
  const auto server = serve([](const ServedRequest&) {
    ServedAnswer answer;
    answer.delay = 30s;
    return answer;
  });
  HttpRequest request = get(server->url() + "/slow");
  request.timeout = 200ms;
  const auto answer = make_cpprest_transport()->send(request);
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == Error::Kind::temporary);
}

TEST_CASE("a connection lost before or within the answer is temporary") {
  const auto server = serve([](const ServedRequest& request) {
    ServedAnswer answer = json_answer(200, "half");
    answer.drop_connection = request.target == "/drop";
    answer.declared_length = 100;
    answer.close_connection = true;
    return answer;
  });
  const auto transport = make_cpprest_transport();
  for (const char* const path : {"/drop", "/half"}) {
    CAPTURE(path);
    HttpRequest request = post(server->url() + path);
    request.new_connection = true;
    const auto answer = transport->send(request);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().kind == Error::Kind::temporary);
  }
}

TEST_CASE("nobody listening is temporary, a URL that is none is no crash") {
  const auto transport = make_cpprest_transport();
  CHECK(transport->send(get("http://127.0.0.1:1/")).error().kind == Error::Kind::temporary);
  CHECK_FALSE(transport->send(get("not a url")).has_value());
  CHECK_FALSE(transport->send(get("")).has_value());
}

TEST_CASE("redirects are not followed: the token would go along") {
  std::atomic<int> asked = 0;
  const auto server = serve([&](const ServedRequest&) {
    ++asked;
    ServedAnswer answer = json_answer(302, "{}");
    answer.headers.emplace_back("Location", "/elsewhere");
    return answer;
  });
  const auto answer = make_cpprest_transport()->send(get(server->url() + "/a"));
  REQUIRE(answer.has_value());
  CHECK(answer->status == 302);
  CHECK(asked == 1);
}

TEST_CASE("reads share a kept connection, a request for a new one gets it") {
  const auto server = serve([](const ServedRequest& request) {
    return json_answer(200, std::to_string(request.connection));
  });
  const auto transport = make_cpprest_transport();
  CHECK(transport->send(get(server->url()))->body == "1");
  CHECK(transport->send(get(server->url()))->body == "1");
  HttpRequest fresh = get(server->url());
  fresh.new_connection = true;
  CHECK(transport->send(fresh)->body == "2");
}

TEST_CASE("a read over a kept connection that died meanwhile succeeds on another") {
  const auto server = serve([](const ServedRequest& request) {
    ServedAnswer answer = json_answer(200, std::to_string(request.connection));
    answer.drop_connection = request.connection == 1 && request.target == "/second";
    return answer;
  });
  const auto transport = make_cpprest_transport();
  CHECK(transport->send(get(server->url() + "/first"))->body == "1");
  const auto second = transport->send(get(server->url() + "/second"));
  REQUIRE(second.has_value());
  CHECK(second->body == "2");
}

TEST_CASE("a write on a connection of its own is sent once, also when it dies") {
  std::atomic<int> posts = 0;
  const auto server = serve([&](const ServedRequest& request) {
    ServedAnswer answer = json_answer(200, "{}");
    if (request.method == "POST") ++posts;
    answer.drop_connection = request.method == "POST";
    return answer;
  });
  const auto transport = make_cpprest_transport();
  REQUIRE(transport->send(get(server->url())).has_value());
  HttpRequest write = post(server->url());
  write.new_connection = true;
  CHECK_FALSE(transport->send(write).has_value());
  CHECK(posts == 1);
}

TEST_CASE("a body over the bound is refused, announced or not") {
  const auto server = serve([](const ServedRequest& request) {
    if (request.target == "/announced") return json_answer(200, std::string(1001, 'x'));
    ServedAnswer answer = json_answer(200, "");
    answer.headers.emplace_back("Transfer-Encoding", "chunked");
    for (int chunk = 0; chunk < 200; ++chunk) answer.body += "a\r\n0123456789\r\n";
    answer.body += "0\r\n\r\n";
    return answer;
  });
  const auto transport = make_cpprest_transport({.proxy = {}, .ca_file = {}, .longest_body = 1000});
  for (const char* const path : {"/announced", "/chunked"}) {
    CAPTURE(path);
    const auto answer = transport->send(get(server->url() + path));
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().kind == Error::Kind::malformed);
  }
}

TEST_CASE("what a proxy is for goes through it, the machine's own platform is asked directly") {
  std::atomic<int> direct = 0;
  const auto graph = serve([&](const ServedRequest&) {
    ++direct;
    return json_answer(200, "direct");
  });
  std::vector<std::string> asked;
  const auto proxy = serve([&](const ServedRequest& request) {
    asked.push_back(request.method + " " + request.target);
    return json_answer(request.method == "CONNECT" ? 403 : 200, "by proxy");
  });
  const auto transport =
      make_cpprest_transport({.proxy = proxy->url(), .ca_file = {}, .longest_body = 1000});
  CHECK(transport->send(get(graph->url() + "/a"))->body == "by proxy");
  HttpRequest own = get(graph->url() + "/b");
  own.without_proxy = true;
  CHECK(transport->send(own)->body == "direct");
  CHECK(direct == 1);
  CHECK_FALSE(transport->send(get("https://graph.example/c")).has_value());
  REQUIRE(asked.size() == 2);
  CHECK(asked[0] == "GET " + graph->url() + "/a");
  CHECK(asked[1] == "CONNECT graph.example:443");
}

TEST_CASE("only a certificate of a trusted authority, with the right name, is talked to") {
  const TemporaryDirectory directory;
  const TestCertificate authority = make_test_certificate({.common_name = "Test CA"});
  directory.write("ca.crt", authority.certificate);
  TestCertificateWish wish;
  wish.alternative_names = "DNS:localhost";
  wish.issuer = &authority;
  const auto server = TlsServer::start(make_test_certificate(wish));
  const auto with = [&](const std::string& ca_file) {
    return make_cpprest_transport({.proxy = {}, .ca_file = ca_file, .longest_body = 1000});
  };
  const std::string by_name = "https://localhost:" + std::to_string(server->port()) + "/";
  const std::string by_number = "https://127.0.0.1:" + std::to_string(server->port()) + "/";
  SECTION("the right name, the authority known") {
    const auto answer = with(directory.file("ca.crt"))->send(get(by_name));
    INFO((answer ? "" : answer.error().message));
    REQUIRE(answer.has_value());
    CHECK(answer->status == 200);
  }
  SECTION("the right name, the authority unknown") {
    CHECK_FALSE(with("")->send(get(by_name)).has_value());
    CHECK(server->requests() == 0);
  }
  SECTION("another name") {
    CHECK_FALSE(with(directory.file("ca.crt"))->send(get(by_number)).has_value());
    CHECK(server->requests() == 0);
  }
  SECTION("an authority's file that is not there is an error, not a crash") {
    CHECK(with(directory.file("none.crt"))->send(get(by_name)).error().kind ==
          Error::Kind::temporary);
    CHECK(server->requests() == 0);
  }
}

TEST_CASE("a certificate that has ended is not talked to") {
  const TemporaryDirectory directory;
  TestCertificateWish wish;
  wish.alternative_names = "DNS:localhost";
  wish.not_after = std::chrono::sys_days{std::chrono::year{2021} / 1 / 1};
  const TestCertificate old = make_test_certificate(wish);
  directory.write("ca.crt", old.certificate);
  const auto server = TlsServer::start(old);
  const auto transport = make_cpprest_transport(
      {.proxy = {}, .ca_file = directory.file("ca.crt"), .longest_body = 1000});
  CHECK_FALSE(transport->send(get("https://localhost:" + std::to_string(server->port()) + "/"))
                  .has_value());
  CHECK(server->requests() == 0);
}

TEST_CASE("many threads send at once") {
  const auto server =
      serve([](const ServedRequest& request) { return json_answer(200, request.target); });
  const auto transport = make_cpprest_transport();
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int number = 0; number < 8; ++number) {
    threads.emplace_back([&, number] {
      for (int round = 0; round < 20; ++round) {
        const std::string path = "/" + std::to_string(number) + "/" + std::to_string(round);
        const auto answer = transport->send(get(server->url() + path));
        if (answer && answer->body == path) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == 160);
}

}  // namespace secondlook
