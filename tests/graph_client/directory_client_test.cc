#include "graph_client/directory_client.h"

#include <catch2/catch.hpp>

#include "tests/graph_client/graph_scenario.h"

namespace secondlook {
namespace {

using std::chrono::milliseconds;

std::string page(const std::string& id, const std::string& link_name, const std::string& link) {
  return R"({"value":[{"id":")" + id + R"("}],"@odata.)" + link_name + R"(":")" + link + "\"}";
}

// A directory of answers by number, and what a round made of them.
struct Round {
  explicit Round(std::function<ServedAnswer(int number, const std::string& root)> answer)
      : scenario([this, answer](const ServedRequest& request) {
          return answer(++asked, "http://" + request.headers.at("host"));
        }),
        transport(make_cpprest_transport()) {
    auto made = DirectoryClient::make(scenario.account(), *transport, scenario.clock(), random);
    REQUIRE(made);
    client = std::move(*made);
  }

  GraphResult<std::string> read(RoundLimits limits = {}) {
    return read_directory_round(
        *client, client->first_url(DirectoryPart::users), limits,
        [&](milliseconds pause) {
          pauses.push_back(pause);
          scenario.clock().advance(pause);
          return may_wait;
        },
        [&](const std::vector<DirectoryChange>& changes) {
          for (const DirectoryChange& change : changes) ids += change.id;
          return true;
        });
  }

  int asked = 0;
  bool may_wait = true;
  std::string ids;
  std::vector<milliseconds> pauses;
  FixedRandom random;
  GraphScenario scenario;
  std::unique_ptr<HttpTransport> transport;
  std::unique_ptr<DirectoryClient> client;
};

ServedAnswer throttled(const std::string& retry_after) {
  ServedAnswer answer = graph_error_answer(429, "TooManyRequests");
  answer.headers.emplace_back("Retry-After", retry_after);
  return answer;
}

}  // namespace

TEST_CASE("a round follows the pages to the delta link") {
  Round round([](int number, const std::string& root) {
    if (number == 1)
      return json_answer(200, page("a", "nextLink", root + "/v1.0/users/delta?$skiptoken=x%2B"));
    return json_answer(200, page("b", "deltaLink", "any thing"));
  });
  const auto link = round.read();
  REQUIRE(link);
  CHECK(*link == "any thing");
  CHECK(round.ids == "ab");
  CHECK(round.scenario.requests()[1].target == "/v1.0/users/delta?$skiptoken=x%2B");
}

TEST_CASE("a link to elsewhere is not followed") {
  Round round([](int, const std::string&) {
    return json_answer(200, page("a", "nextLink", "https://elsewhere.example/v1.0/users/delta"));
  });
  CHECK(round.read().error().code == "foreignLink");
  CHECK(round.asked == 1);
}

TEST_CASE("the service's Retry-After is obeyed, and its outages are waited out") {
  Round round([](int number, const std::string&) {
    if (number == 1) return throttled("2.5");
    if (number == 2) return graph_error_answer(503, "serviceNotAvailable");
    return json_answer(200, page("a", "deltaLink", "d"));
  });
  REQUIRE(round.read());
  CHECK(round.pauses == std::vector<milliseconds>{milliseconds(2500), milliseconds(2000)});
}

TEST_CASE("waiting has an end: by the budget, by the number of tries, by a stop") {
  const auto busy = [](int, const std::string&) { return throttled("400"); };
  Round by_budget(busy);
  CHECK(by_budget.read().error().status == 429);
  CHECK(by_budget.asked == 2);
  Round by_tries([](int, const std::string&) { return graph_error_answer(503, "x"); });
  CHECK(by_tries.read().error().status == 503);
  CHECK(by_tries.asked == 6);
  Round by_stop(busy);
  by_stop.may_wait = false;
  CHECK(by_stop.read().error().code == "stopped");
}

TEST_CASE("a dead link asks for a full round, a missing permission does not") {
  for (const auto& [status, code, full] :
       {std::tuple(410, "resyncRequired", true), std::tuple(410, "Whatever", true),
        std::tuple(400, "SyncStateNotFound", true),
        std::tuple(403, "Authorization_RequestDenied", false)}) {
    Round round([status = status, code = std::string(code)](int, const std::string&) {
      return graph_error_answer(status, code);
    });
    CHECK(asks_for_full_round(round.read().error()) == full);
    CHECK(round.asked == 1);
  }
}

TEST_CASE("a round that never ends is ended") {
  Round turning([](int number, const std::string& root) {
    return json_answer(
        200, page("a", "nextLink", root + "/v1.0/users/delta?page=" + std::to_string(number % 2)));
  });
  RoundLimits limits;
  limits.most_pages = 10;
  CHECK(turning.read(limits).error().code == "endlessPages");
  CHECK(turning.asked == 10);
}

}  // namespace secondlook
