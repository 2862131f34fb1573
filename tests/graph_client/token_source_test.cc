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
        "&grant_type=client_credentials&client_secret=s3cret%26%3D"
        "&claims=%7B%22access_token%22%3A%7B%22xms_cc%22%3A%7B%22values%22%3A%5B%22cp1%22%5D%7D%7D"
        "%7D");
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

TEST_CASE("a token is renewed when the login server said so, a long-lived one at half its life") {
  GraphScenario graph(nobody);
  std::string answer =
      R"({"token_type":"Bearer","expires_in":3600,"refresh_in":600,"access_token":"t"})";
  graph.answer_tokens_with([&](const ServedRequest&) { return json_answer(200, answer); });
  CHECK(ask(graph));
  graph.clock().advance(9min);
  CHECK(ask(graph));
  CHECK(graph.tokens_issued() == 1);
  answer = R"({"token_type":"Bearer","expires_in":86400,"access_token":"t"})";
  graph.clock().advance(2min);
  CHECK(ask(graph));
  CHECK(graph.tokens_issued() == 2);
  graph.clock().advance(11h);
  CHECK(ask(graph));
  CHECK(graph.tokens_issued() == 2);
  graph.clock().advance(61min);
  CHECK(ask(graph));
  CHECK(graph.tokens_issued() == 3);
}

TEST_CASE("a managed identity's strings are a token's life") {
  GraphScenario graph(nobody);
  graph.use_credential([](const std::string& url) {
    return ManagedIdentity{url + "/msi/token", Secret("h3ader")};
  });
  graph.answer_tokens_with([&](const ServedRequest&) {
    const auto end = graph.clock().now() + 1h;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(end).time_since_epoch().count();
    return json_answer(200, R"({"token_type":"Bearer","access_token":"t","expires_on":")" +
                                std::to_string(seconds) + "\"}");
  });
  CHECK(ask(graph));
  graph.clock().advance(54min);
  CHECK(ask(graph));
  CHECK(graph.tokens_issued() == 1);
  graph.clock().advance(2min);
  CHECK(ask(graph));
  CHECK(graph.tokens_issued() == 2);
}

TEST_CASE("a claims challenge is answered once, with what Graph demanded") {
  std::vector<std::string> forms;
  bool is_ever_content = true;
  GraphScenario graph([&](const ServedRequest& request) {
    const bool is_new = request.headers.at("authorization") != "Bearer token-1";
    if (is_new && is_ever_content) return nobody(request);
    ServedAnswer answer = graph_error_answer(401, "InvalidAuthenticationToken");
    answer.headers.emplace_back("WWW-Authenticate", "Negotiate");
    answer.headers.emplace_back(
        "WWW-Authenticate",
        "Bearer claims=\"eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7InZhbHVlIjoiNSJ9fX0"
        "=\", realm=\"\", error=\"insufficient_claims\"");
    return answer;
  });
  graph.answer_tokens_with([&](const ServedRequest& request) {
    forms.push_back(request.body);
    return json_answer(200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"token-)" +
                                std::to_string(forms.size()) + R"("})");
  });
  const std::string demanded = "%22nbf%22%3A%7B%22value%22%3A%225%22%7D";
  SECTION("and then the request passes") {
    CHECK(ask(graph));
    REQUIRE(forms.size() == 2);
    CHECK(forms[0].find(demanded) == std::string::npos);
    CHECK(forms[1].find(demanded) != std::string::npos);
    graph.clock().advance(56min);  // the challenge was for that one renewal
    CHECK(ask(graph));
    REQUIRE(forms.size() == 3);
    CHECK(forms[2].find(demanded) == std::string::npos);
  }
  SECTION("and not again, when Graph is still not content") {
    is_ever_content = false;
    const auto answer = graph.client().find_copies("u", "<a>");
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().kind == Kind::temporary);
    CHECK(forms.size() == 2);
    CHECK(graph.requests().size() == 2);
  }
}

TEST_CASE("no failing way to a token shows a secret") {
  GraphScenario graph(nobody);
  const auto message = [&] { return graph.client().find_copies("u", "<a>").error().message; };
  const auto is_silent = [](const std::string& text) {
    INFO(text);
    CHECK_FALSE(text.empty());
    CHECK(text.find("s3cret") == std::string::npos);
    CHECK(text.find("h3ader") == std::string::npos);
  };
  SECTION("the server repeats it") {
    graph.answer_tokens_with([](const ServedRequest& request) {
      return json_answer(400, R"({"error":"x","error_description":")" + request.body + "\"}");
    });
    is_silent(message());
  }
  SECTION("the connection is lost") {
    graph.answer_tokens_with([](const ServedRequest&) {
      ServedAnswer answer;
      answer.drop_connection = true;
      return answer;
    });
    is_silent(message());
  }
  SECTION("the answer is no token") {
    graph.answer_tokens_with(
        [](const ServedRequest& request) { return json_answer(200, request.body); });
    is_silent(message());
  }
  SECTION("the machine's identity service repeats its header") {
    graph.use_credential([](const std::string& url) {
      return ManagedIdentity{url + "/msi/token", Secret("h3ader")};
    });
    graph.answer_tokens_with([](const ServedRequest& request) {
      return json_answer(500, R"({"error":")" + request.headers.at("x-identity-header") + "\"}");
    });
    is_silent(message());
  }
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
