#include "graph_client/token_source.h"

#include <thread>

#include <catch2/catch.hpp>

#include "tests/graph_client/graph_scenario.h"

namespace secondlook {

using namespace std::chrono_literals;
using Kind = GraphError::Kind;

namespace {

ServedAnswer nobody(const ServedRequest&) {
  return json_answer(200, R"({"value":[]})");
}

bool ask(GraphScenario& graph) {
  return graph.client().find_copies("u", "<a>").has_value();
}

}  // namespace

TEST_CASE(
    "a token is asked for with the secret, encoded, and used until five minutes before its end") {
  GraphScenario graph(nobody);
  std::string form;
  graph.answer_tokens_with([&](const ServedRequest& request) {
    form = request.body;
    return json_answer(200, R"({"token_type":"Bearer","expires_in":3600,"access_token":"t"})");
  });
  CHECK(ask(graph));
  CHECK(form ==
        "client_id=client-1&scope=https%3A%2F%2Fgraph.example%2F.default"
        "&grant_type=client_credentials&client_secret=s3cret%26%3D");
  graph.clock().advance(54min);
  CHECK(ask(graph));
  CHECK(graph.tokens_issued() == 1);
  graph.clock().advance(2min);
  CHECK(ask(graph));
  CHECK(graph.tokens_issued() == 2);
}

TEST_CASE("many threads that need a token make one request") {
  GraphScenario graph(nobody);
  std::vector<std::thread> threads;
  std::atomic<int> succeeded = 0;
  for (int number = 0; number < 8; ++number) {
    threads.emplace_back([&] { succeeded += ask(graph) ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(succeeded == 8);
  CHECK(graph.tokens_issued() == 1);
}

TEST_CASE("while renewing fails the old token serves to its end, and tries lie 30 seconds apart") {
  GraphScenario graph(nobody);
  CHECK(ask(graph));
  graph.answer_tokens_with([](const ServedRequest&) { return json_answer(500, "{}"); });
  graph.clock().advance(56min);
  CHECK(ask(graph));
  CHECK(graph.tokens_issued() == 2);
  graph.clock().advance(29s);
  CHECK(ask(graph));
  CHECK(graph.tokens_issued() == 2);
  graph.clock().advance(2s);
  CHECK(ask(graph));
  CHECK(graph.tokens_issued() == 3);
  graph.clock().advance(4min);
  CHECK_FALSE(ask(graph));
}

TEST_CASE("a refused secret is said with Entra's words, stays temporary, and never shows itself") {
  GraphScenario graph(nobody);
  graph.answer_tokens_with([](const ServedRequest&) {
    return json_answer(401, R"({"error":"invalid_client","error_description":"AADSTS7000215: x"})");
  });
  const auto answer = graph.client().find_copies("u", "<a>");
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == Kind::temporary);
  CHECK(answer.error().message == "login server: HTTP 401 invalid_client AADSTS7000215: x");
  graph.clock().advance(10s);
  CHECK(graph.client().find_copies("u", "<a>").error().retry_after == 20s);
  CHECK(graph.tokens_issued() == 1);
}

TEST_CASE("a 401 brings one fresh token and one repeat") {
  GraphScenario graph([](const ServedRequest& request) {
    if (request.headers.at("authorization") == "Bearer token-1") {
      return graph_error_answer(401, "InvalidAuthenticationToken");
    }
    return nobody(request);
  });
  CHECK(ask(graph));
  CHECK(graph.tokens_issued() == 2);
  CHECK(graph.requests().size() == 2);
}

TEST_CASE("a Graph that refuses every token is no reason to flood the login server") {
  GraphScenario graph(
      [](const ServedRequest&) { return graph_error_answer(401, "InvalidAuthenticationToken"); });
  for (int tries = 0; tries < 5; ++tries) {
    const auto answer = graph.client().find_copies("u", "<a>");
    CHECK(answer.error().kind == Kind::temporary);
    CHECK(answer.error().status == 401);
  }
  CHECK(graph.tokens_issued() == 2);
  CHECK(graph.requests().size() == 6);
  graph.clock().advance(31s);
  CHECK_FALSE(ask(graph));
  CHECK(graph.tokens_issued() == 3);
}

}  // namespace secondlook
