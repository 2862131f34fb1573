#include "graph_client/tenant_probe.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "graph_client/graph_answer.h"
#include "graph_client/retry_after.h"
#include "tests/graph_client/graph_scenario.h"

namespace secondlook {
namespace {

struct Probing {
  explicit Probing(HttpHandler answer)
      : scenario(std::move(answer)), transport(make_cpprest_transport()) {
    auto made = TenantProbe::make(scenario.account(), *transport, scenario.clock(), random);
    REQUIRE(made);
    probe = std::move(*made);
  }
  GraphScenario scenario;
  std::unique_ptr<HttpTransport> transport;
  FixedRandom random;
  std::unique_ptr<TenantProbe> probe;
};

// {"roles":["Mail.ReadWrite","User.Read.All"]}
const char* const kReadable = "x.eyJyb2xlcyI6WyJNYWlsLlJlYWRXcml0ZSIsIlVzZXIuUmVhZC5BbGwiXX0.y";

}  // namespace

TEST_CASE("a created mail is asked for as no draft, in the folder, with our Message-ID") {
  Probing probing([](const ServedRequest&) {
    return json_answer(201, R"({"id":"i","internetMessageId":"<p@x.example>","isDraft":false})");
  });
  NewMail mail;
  mail.message_id = "<p@x.example>";
  mail.to = "ann@x.example";
  const auto made = probing.probe->create_mail("u/1", WellKnownFolder::inbox, mail);
  REQUIRE(made.has_value());
  CHECK(made->copy.id == "i");
  CHECK(made->is_draft == false);
  const auto requests = probing.scenario.requests();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].method == "POST");
  CHECK(requests[0].target == "/v1.0/users/u%2F1/mailFolders/inbox/messages");
  const auto body = nlohmann::json::parse(requests[0].body);
  CHECK(body["internetMessageId"] == "<p@x.example>");
  CHECK(body["singleValueExtendedProperties"][0]["id"] == "Integer 0x0E07");
}

TEST_CASE("our clock is held against Graph's Date field, also where Graph refuses") {
  for (const int status : {200, 403}) {
    Probing probing([status](const ServedRequest&) {
      ServedAnswer answer = status == 200 ? json_answer(200, R"({"value":[]})")
                                          : graph_error_answer(403, "Authorization_RequestDenied");
      answer.headers.push_back({"Date", "Sun, 22 Nov 2026 12:00:00 GMT"});
      return answer;
    });
    const TenantHealth health = probing.probe->examine();
    CHECK(health.sign_in_error.empty());
    CHECK(health.directory_status == status);
    CHECK(health.directory_code == (status == 200 ? "" : "Authorization_RequestDenied"));
    REQUIRE(health.ahead.has_value());
    const auto expected = std::chrono::floor<std::chrono::seconds>(
        probing.scenario.clock().now() - *parse_http_date("Sun, 22 Nov 2026 12:00:00 GMT"));
    CHECK(*health.ahead == expected);
    CHECK_FALSE(health.roles.has_value());  // "token-1" is no token that can be read
  }
}

TEST_CASE("a refused sign-in is told, and no question follows") {
  Probing probing([](const ServedRequest&) { return json_answer(200, "{}"); });
  probing.scenario.answer_tokens_with([](const ServedRequest&) {
    return json_answer(401,
                       R"({"error":"invalid_client","error_description":"AADSTS7000215: wrong"})");
  });
  const TenantHealth health = probing.probe->examine();
  CHECK(health.sign_in_error.find("AADSTS7000215") != std::string::npos);
  CHECK(probing.scenario.requests().empty());
}

TEST_CASE("the roles of a token are read, and nothing of one that cannot be") {
  CHECK(read_token_roles(Secret(kReadable)) ==
        std::vector<std::string>{"Mail.ReadWrite", "User.Read.All"});
  for (const char* token : {"", "a", "a.b", "a.%%%.c", "a.e30", "a.W10.c", "a..c"})
    CHECK_FALSE(read_token_roles(Secret(token)).has_value());
  CHECK(read_token_roles(Secret("a.e30.c")) == std::vector<std::string>{});
}

TEST_CASE("a burst shows each answer as it came, at most sixteen") {
  Probing probing([](const ServedRequest&) {
    ServedAnswer answer = graph_error_answer(429, "ApplicationThrottled");
    answer.headers.push_back({"Retry-After", "2.128"});
    return answer;
  });
  const auto answers = probing.probe->burst("u", 100);
  REQUIRE(answers.size() == 16);
  for (const RawAnswer& answer : answers) {
    CHECK(answer.status == 429);
    CHECK(answer.code == "ApplicationThrottled");
    CHECK(answer.retry_after == "2.128");
  }
}

TEST_CASE("a bare DELETE names the copy, and an address is asked for in its own spelling") {
  Probing probing([](const ServedRequest& request) {
    if (request.method == "DELETE") {
      ServedAnswer answer;
      answer.status = 204;
      return answer;
    }
    return json_answer(200, R"({"value":[{"id":"u"}]})");
  });
  CHECK(probing.probe->delete_plainly("u", "c").has_value());
  const auto known = probing.probe->knows_address("ANN@X.EXAMPLE");
  CHECK((known && *known));
  const auto requests = probing.scenario.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].method == "DELETE");
  CHECK(requests[0].target == "/v1.0/users/u/messages/c");
  CHECK(requests[1].target.find("ANN%40X.EXAMPLE") != std::string::npos);
}

TEST_CASE("where Exchange delivered a copy is read from its first note") {
  const auto copy = read_message(
      R"({"id":"c","internetMessageHeaders":[
          {"name":"X-Microsoft-Antispam-Mailbox-Delivery","value":" ucf:0;dest:J;OFR:x; "},
          {"name":"x-microsoft-antispam-mailbox-delivery","value":"dest:I"}]})");
  REQUIRE(copy);
  CHECK(copy->delivery == "ucf:0;dest:J;OFR:x;");
}

}  // namespace secondlook
