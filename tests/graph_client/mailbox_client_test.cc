#include "graph_client/mailbox_client.h"

#include <catch2/catch.hpp>

#include "tests/graph_client/graph_scenario.h"

namespace secondlook {

using namespace std::chrono_literals;
using Kind = GraphError::Kind;

namespace {

constexpr const char* kOneCopy = R"({"id":"AAMk=1","parentFolderId":"inbox-1",
  "internetMessageId":"<a@b.example>","subject":"Payroll",
  "sender":{"emailAddress":{"address":"boss@b.example","name":"Boss"}},
  "sentDateTime":"2026-11-22T11:00:00Z","receivedDateTime":"2026-11-22T11:00:03Z",
  "isRead":true,"isReadReceiptRequested":true,"categories":["Red"],
  "flag":{"flagStatus":"flagged"},"importance":"high",
  "internetMessageHeaders":[{"name":"Subject","value":"Payroll"},
    {"name":"X-MS-Exchange-Organization-Network-Message-Id","value":" 7C19D0AA-E34B "}],
  "singleValueExtendedProperties":[{"id":"Integer 0xe08","value":"12345"}]})";

ServedAnswer nobody(const ServedRequest&) {
  return json_answer(200, R"({"value":[]})");
}

HttpHandler always(int status, const std::string& body) {
  return [=](const ServedRequest&) { return json_answer(status, body); };
}

}  // namespace

TEST_CASE("a copy is read with everything that tells whether it is the judged mail") {
  GraphScenario graph(always(200, R"({"value":[)" + std::string(kOneCopy) + "]}"));
  const auto copies = graph.client().find_copies("user-1", "<a@b.example>");
  REQUIRE(copies.has_value());
  REQUIRE(copies->size() == 1);
  const MailCopy& copy = copies->front();
  CHECK(copy.id == "AAMk=1");
  CHECK(copy.parent_folder_id == "inbox-1");
  CHECK(copy.internet_message_id == "<a@b.example>");
  CHECK(copy.subject == "Payroll");
  CHECK(copy.sender == "boss@b.example");
  CHECK(copy.network_message_id == "7c19d0aa-e34b");
  CHECK(copy.sent_at == "2026-11-22T11:00:00Z");
  CHECK(copy.size == 12345);
  CHECK(copy.is_read);
  CHECK(copy.is_read_receipt_requested);
  CHECK(copy.categories == std::vector<std::string>{"Red"});
  CHECK(copy.flag == "flagged");
  CHECK(copy.importance == "high");
}

TEST_CASE("every request carries the token, immutable ids and an id of its own") {
  GraphScenario graph(nobody);
  REQUIRE(graph.client().find_copies("user-1", "<a@b.example>").has_value());
  REQUIRE(graph.client().find_copies("user-1", "<a@b.example>").has_value());
  const auto requests = graph.requests();
  REQUIRE(requests.size() == 2);
  for (const ServedRequest& request : requests) {
    CHECK(request.headers.at("authorization") == "Bearer token-1");
    CHECK(request.headers.at("prefer") == "IdType=\"ImmutableId\"");
    CHECK(request.headers.at("client-request-id").size() == 36);
  }
  CHECK(requests[0].headers.at("client-request-id") != requests[1].headers.at("client-request-id"));
}

TEST_CASE("nasty ids reach the wire encoded as they left graph_path") {
  GraphScenario graph(nobody);
  REQUIRE(graph.client().find_copies("a#EXT#@b/..", "<o'hara+1%41 ü@a.example>").has_value());
  const std::string target = graph.requests().front().target;
  CHECK(
      target.starts_with("/v1.0/users/a%23EXT%23%40b%2F../messages?$filter="
                         "internetMessageId%20eq%20%27%3Co%27%27hara%2B1%2541%20%C3%BC"
                         "%40a.example%3E%27&$select="));
}

TEST_CASE("all pages are read, and the next link is followed as it came") {
  std::string root;
  GraphScenario graph([&](const ServedRequest& request) {
    const std::string host = request.headers.at("host");
    const std::string next = "http://" + host + "/v1.0/users/user-1/messages?$skiptoken=a%2Bb'c";
    if (request.target.find("skiptoken") == std::string::npos) {
      return json_answer(200, R"({"value":[{"id":"1"}],"@odata.nextLink":")" + next + R"("})");
    }
    return json_answer(200, R"({"value":[{"id":"2"},{"noid":true}]})");
  });
  const auto copies = graph.client().find_copies("user-1", "<a@b.example>");
  REQUIRE(copies.has_value());
  REQUIRE(copies->size() == 2);
  CHECK((*copies)[1].id == "2");
  CHECK(graph.requests()[1].target == "/v1.0/users/user-1/messages?$skiptoken=a%2Bb'c");
}

TEST_CASE("a next link to another host is not followed: the token stays at home") {
  GraphScenario graph(
      always(200, R"({"value":[],"@odata.nextLink":"https://evil.example/v1.0/"})"));
  const auto copies = graph.client().find_copies("user-1", "<a@b.example>");
  REQUIRE_FALSE(copies.has_value());
  CHECK(copies.error().code == "foreignNextLink");
  CHECK(graph.requests().size() == 1);
}

TEST_CASE("pages without end are given up") {
  GraphScenario graph([](const ServedRequest& request) {
    return json_answer(200, R"({"value":[],"@odata.nextLink":"http://)" +
                                request.headers.at("host") + R"(/v1.0/more"})");
  });
  const auto copies = graph.client().find_copies("user-1", "<a@b.example>");
  REQUIRE_FALSE(copies.has_value());
  CHECK(copies.error().code == "endlessPages");
}

TEST_CASE("a move names its destination and answers with the copy at its new place") {
  GraphScenario graph(always(201, R"({"id":"new","parentFolderId":"junk-1"})"));
  const auto moved = graph.client().move("user-1", "old=", WellKnownFolder::junk_email);
  REQUIRE(moved.has_value());
  CHECK(moved->id == "new");
  CHECK(moved->parent_folder_id == "junk-1");
  const ServedRequest request = graph.requests().front();
  CHECK(request.method == "POST");
  CHECK(request.target == "/v1.0/users/user-1/messages/old%3D/move");
  CHECK(request.body == R"({"destinationId":"junkemail"})");
  CHECK(request.headers.at("content-type") == "application/json");
}

TEST_CASE("each action is one request of the documented form") {
  GraphScenario graph([](const ServedRequest& request) {
    if (request.target.ends_with("permanentDelete")) return json_answer(204, "");
    return json_answer(request.method == "POST" ? 201 : 200, R"({"id":"1","displayName":"Inbox"})");
  });
  MailboxClient& client = graph.client();
  CHECK(client.purge("u", "1").has_value());
  CHECK(client.suppress_receipts("u", "1").has_value());
  CHECK(client.set_properties("u", "1", {true, {"A", "\xff"}, "flagged", "low"}).has_value());
  CHECK(client.move_to_folder("u", "1", "folder=").has_value());
  CHECK(client.get_copy("u", "1").has_value());
  CHECK(client.find_copies_in("u", WellKnownFolder::recoverable_purges, "<a>").error().code ==
        "unreadableAnswer");
  const auto requests = graph.requests();
  REQUIRE(requests.size() == 6);
  CHECK(requests[0].target == "/v1.0/users/u/messages/1/permanentDelete");
  CHECK(requests[0].body.empty());
  CHECK(requests[1].method == "PATCH");
  CHECK(requests[1].body ==
        R"({"singleValueExtendedProperties":[{"id":"Boolean 0x0C06","value":"false"},)"
        R"({"id":"Boolean 0x0029","value":"false"}]})");
  CHECK(requests[2].body ==
        "{\"categories\":[\"A\",\"\xef\xbf\xbd\"],\"flag\":{\"flagStatus\":\"flagged\"},"
        "\"importance\":\"low\",\"isRead\":true}");
  CHECK(requests[3].body == R"({"destinationId":"folder="})");
  CHECK(requests[4].target.starts_with("/v1.0/users/u/messages/1?$select=id,"));
  CHECK(
      requests[5].target.starts_with("/v1.0/users/u/mailFolders/recoverableitemspurges/messages?"));
}

TEST_CASE("where the cloud lacks permanentDelete a purge is a move to Purges") {
  GraphScenario graph(always(201, R"({"id":"1"})"));
  GraphAccount account = graph.account();
  account.has_permanent_delete = false;
  const auto transport = make_cpprest_transport();
  FixedRandom random;
  const auto client = MailboxClient::make(account, *transport, graph.clock(), random);
  REQUIRE(client.has_value());
  CHECK((*client)->purge("u", "1").has_value());
  CHECK(graph.requests().front().body == R"({"destinationId":"recoverableitemspurges"})");
}

TEST_CASE("a user is found by any address and kept for an hour") {
  GraphScenario graph(always(200, R"({"value":[{"id":"user-1","mail":"a@b.example",
      "userPrincipalName":"a@b.example","proxyAddresses":["SMTP:A@b.example",
      "smtp:alias@b.example","X500:/o=x"]}]})"));
  const auto user = graph.client().find_user("Alias@B.example");
  REQUIRE(user.has_value());
  REQUIRE(user->has_value());
  CHECK((*user)->id == "user-1");
  CHECK((*user)->addresses == std::vector<std::string>{"a@b.example", "alias@b.example"});
  graph.clock().advance(59min);
  CHECK(graph.client().find_user("alias@b.example").has_value());
  CHECK(graph.requests().size() == 1);
  graph.clock().advance(2min);
  CHECK(graph.client().find_user("alias@b.example").has_value());
  CHECK(graph.requests().size() == 2);
}

TEST_CASE("an address that is only a principal name is found by the second question") {
  GraphScenario graph([](const ServedRequest& request) {
    if (request.target.starts_with("/v1.0/users?")) return json_answer(200, R"({"value":[]})");
    return json_answer(200, R"({"id":"user-2","userPrincipalName":"a@b.example"})");
  });
  const auto user = graph.client().find_user("a@b.example");
  REQUIRE(user.has_value());
  REQUIRE(user->has_value());
  CHECK((*user)->id == "user-2");
}

TEST_CASE("an address nobody has is asked for again after five minutes") {
  GraphScenario graph([](const ServedRequest& request) {
    if (request.target.starts_with("/v1.0/users?")) return json_answer(200, R"({"value":[]})");
    return graph_error_answer(404, "Request_ResourceNotFound");
  });
  const auto user = graph.client().find_user("nobody@b.example");
  REQUIRE(user.has_value());
  CHECK_FALSE(user->has_value());
  CHECK(graph.client().find_user("nobody@b.example").has_value());
  CHECK(graph.requests().size() == 2);
  graph.clock().advance(6min);
  CHECK(graph.client().find_user("nobody@b.example").has_value());
  CHECK(graph.requests().size() == 4);
}

TEST_CASE("two users with one address are an error, not a choice") {
  GraphScenario graph(always(200, R"({"value":[{"id":"1"},{"id":"2"}]})"));
  const auto user = graph.client().find_user("a@b.example");
  REQUIRE_FALSE(user.has_value());
  CHECK(user.error().kind == Kind::refused);
  CHECK(user.error().code == "ambiguousAddress");
}

TEST_CASE("a failed look-up is not remembered as an absent user") {
  int asked = 0;
  GraphScenario graph([&](const ServedRequest&) {
    if (++asked == 1) return graph_error_answer(503, "serviceNotAvailable");
    return json_answer(200, R"({"value":[{"id":"1"}]})");
  });
  CHECK(graph.client().find_user("a@b.example").error().kind == Kind::temporary);
  CHECK(graph.client().find_user("a@b.example").has_value());
}

TEST_CASE("folders are known by id and name, and asked for once") {
  GraphScenario graph(always(200, R"({"id":"folder-9","displayName":"受信トレイ"})"));
  CHECK(*graph.client().folder_id("u", WellKnownFolder::inbox) == "folder-9");
  CHECK(*graph.client().folder_id("u", WellKnownFolder::inbox) == "folder-9");
  CHECK(*graph.client().folder_name("u", "folder-9") == "受信トレイ");
  CHECK(graph.requests().size() == 2);
}

TEST_CASE("throttling reaches the caller with its wait") {
  GraphScenario graph([](const ServedRequest&) {
    ServedAnswer answer = graph_error_answer(429, "ApplicationThrottled");
    answer.headers.emplace_back("Retry-After", "2.128");
    return answer;
  });
  const auto moved = graph.client().move("u", "1", WellKnownFolder::inbox);
  REQUIRE_FALSE(moved.has_value());
  CHECK(moved.error().kind == Kind::throttled);
  CHECK(moved.error().retry_after == 2128ms);
  CHECK(graph.requests().size() == 1);
}

TEST_CASE("after a 503 the next read takes another connection, then a kept one serves again") {
  std::vector<unsigned> connections;
  GraphScenario graph([&](const ServedRequest& request) {
    connections.push_back(request.connection);
    if (connections.size() == 2) return graph_error_answer(503, "serviceNotAvailable");
    return json_answer(200, R"({"value":[]})");
  });
  for (int request = 0; request < 5; ++request)
    (void)graph.client().find_copies("u", "<a>").has_value();
  REQUIRE(connections.size() == 5);
  CHECK(connections[1] == connections[0]);
  CHECK(connections[2] != connections[0]);
}

TEST_CASE("a mailbox that Graph throttles is not asked before its time") {
  int asked = 0;
  GraphScenario graph([&](const ServedRequest&) {
    ++asked;
    ServedAnswer answer = graph_error_answer(429, "ApplicationThrottled");
    answer.headers.emplace_back("Retry-After", "2.5");
    return answer;
  });
  CHECK(graph.client().find_copies("u", "<a>").error().code == "ApplicationThrottled");
  graph.clock().advance(1s);
  const auto early = graph.client().move("u", "1", WellKnownFolder::inbox);
  CHECK(early.error().kind == Kind::throttled);
  CHECK_FALSE(early.error().was_sent);
  CHECK(early.error().retry_after == 1500ms);
  CHECK(asked == 1);
  CHECK(graph.client().load().throttled == 1);
  graph.clock().advance(2s);
  CHECK(graph.client().find_copies("u", "<a>").error().code == "ApplicationThrottled");
  CHECK(asked == 2);
}

TEST_CASE("a gateway's page instead of JSON is temporary") {
  GraphScenario graph(always(200, "<html>sign in</html>"));
  CHECK(graph.client().find_copies("u", "<a>").error().kind == Kind::temporary);
  CHECK(graph.client().get_copy("u", "1").error().kind == Kind::temporary);
  CHECK(graph.client().folder_name("u", "1").error().kind == Kind::temporary);
  CHECK(graph.client().find_user("a@b.example").error().kind == Kind::temporary);
}

TEST_CASE("an account must speak https, or plain http on loopback") {
  const auto transport = make_cpprest_transport();
  const ManualClock clock;
  FixedRandom random;
  for (const char* const url :
       {"http://graph.example", "http://127.0.0.1.evil.example", "ftp://graph.example", "",
        "https://graph.example/", "http://localhost:1@evil.example"}) {
    CAPTURE(url);
    GraphAccount account;
    account.tenant_id = account.client_id = "x";
    account.login_url = "https://login.example";
    account.graph_url = url;
    CHECK_FALSE(MailboxClient::make(account, *transport, clock, random).has_value());
  }
}

}  // namespace secondlook
