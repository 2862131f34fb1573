#include "tests/support/stand_in_tenant/server.h"

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "graph_client/mailbox_client.h"
#include "tests/support/fixed_random.h"
#include "tests/support/manual_clock.h"
#include "tests/support/stand_in_tenant/exchange_delivery.h"
#include "tests/support/stand_in_tenant/tenant_control.h"
#include "tests/support/temporary_directory.h"

namespace secondlook::stand_in {

namespace {

using namespace std::chrono_literals;
using Kind = GraphError::Kind;
using nlohmann::json;

constexpr const char* kMail =
    "From: Boss <boss@fabrikam.example>\nTo: alias@contoso.example\nSubject: Payroll\n"
    "Date: Sun, 22 Nov 2026 11:00:00 +0100\nMessage-ID: <o'k+1@fabrikam.example>\n\nHello\n";
constexpr const char* kMessageId = "<o'k+1@fabrikam.example>";

ServerOptions options() {
  ServerOptions options;
  options.credentials.tenant_id = "tenant-1";
  options.credentials.client_id = "client-1";
  options.credentials.client_secret = "secret-1";
  User alice;
  alice.mail = "alice@contoso.example";
  alice.aliases = {"alias@contoso.example"};
  User bob;
  bob.mail = "bob@contoso.example";
  User onpremises;
  onpremises.mail = "old@contoso.example";
  onpremises.mailbox = MailboxState::unsupported;
  options.users = {alice, bob, onpremises};
  return options;
}

// A tenant, the real Graph client towards it, and Exchange.
struct World {
  explicit World(ServerOptions with = options()) : transport(make_cpprest_transport()) {
    directory.write("secret", "secret-1");
    auto started = Server::start(std::move(with), clock, random);
    REQUIRE(started.has_value());
    server = *std::move(started);
    GraphAccount account;
    account.tenant_id = "tenant-1";
    account.client_id = "client-1";
    account.login_url = account.graph_url = server->url();
    account.scope = "https://graph.microsoft.com/.default";
    account.credential = SecretFile{directory.file("secret")};
    auto made = MailboxClient::make(account, *transport, clock, random);
    REQUIRE(made.has_value());
    client = *std::move(made);
  }

  ExchangeResult deliver(std::vector<std::string> recipients, DeliveryOptions how = {}) {
    const TenantControl control(server->url());
    ExchangeDelivery delivery;
    delivery.envelope_from = "boss@fabrikam.example";
    delivery.recipients = std::move(recipients);
    delivery.delivery = std::move(how);
    auto result = deliver_as_exchange(kMail, std::move(delivery), &control, clock, random);
    REQUIRE(result.has_value());
    return *std::move(result);
  }

  std::string id_of(const std::string& address) {
    const auto user = client->find_user(address);
    REQUIRE(user.has_value());
    REQUIRE(user->has_value());
    return (*user)->id;
  }

  std::vector<MailCopy> copies(const std::string& user) {
    const auto found = client->find_copies(user, kMessageId);
    REQUIRE(found.has_value());
    return *found;
  }

  json ask(const std::string& method, const std::string& what, const json& body = nullptr) {
    const auto answer = TenantControl(server->url())
                            .ask(method, what, body.is_null() ? std::string() : body.dump());
    REQUIRE(answer.has_value());
    return json::parse(*answer);
  }

  ManualClock clock;
  FixedRandom random;
  TemporaryDirectory directory;
  std::unique_ptr<HttpTransport> transport;
  std::unique_ptr<Server> server;
  std::unique_ptr<MailboxClient> client;
};

}  // namespace

TEST_CASE("a delivered mail is found by alias and Message-ID with what ties it to its report") {
  World world;
  const ExchangeResult sent =
      world.deliver({"alias@contoso.example", "alice@contoso.example", "x@outside.example"});
  CHECK(sent.delivered.mailboxes == std::vector<std::string>{"alice@contoso.example"});
  CHECK(sent.delivered.external == std::vector<std::string>{"x@outside.example"});
  const auto copies = world.copies(world.id_of("Alias@contoso.example"));
  REQUIRE(copies.size() == 1);
  CHECK(copies[0].network_message_id == sent.network_message_id);
  CHECK(copies[0].subject == "Payroll");
  CHECK(copies[0].sender == "boss@fabrikam.example");
  CHECK(copies[0].sent_at == "2026-11-22T10:00:00Z");
  CHECK(copies[0].received_at == "2026-11-22T12:00:00Z");
  CHECK(copies[0].size > 0);
  CHECK(copies[0].internet_message_id == kMessageId);
}

TEST_CASE("a move is counted once, keeps the immutable id, and can be undone with its properties") {
  World world;
  world.deliver({"alice@contoso.example"});
  const std::string alice = world.id_of("alice@contoso.example");
  const MailCopy before = world.copies(alice).front();
  MailboxClient& graph = *world.client;
  REQUIRE(graph.suppress_receipts(alice, before.id).has_value());
  const auto moved = graph.move(alice, before.id, WellKnownFolder::recoverable_deletions);
  REQUIRE(moved.has_value());
  CHECK(moved->id == before.id);
  CHECK(moved->parent_folder_id == *graph.folder_id(alice, WellKnownFolder::recoverable_deletions));
  CHECK(world.copies(alice).empty());
  CHECK(graph.find_copies_in(alice, WellKnownFolder::recoverable_deletions, kMessageId)->size() ==
        1);

  REQUIRE(graph.move(alice, before.id, WellKnownFolder::recoverable_deletions).has_value());
  json history = world.ask("GET", "messages?mailbox=alice@contoso.example")[0];
  CHECK(history["effective_moves"] == 1);
  CHECK(history["receipts_suppressed"] == true);
  CHECK(history["moves"].size() == 2);

  REQUIRE(graph.move_to_folder(alice, before.id, before.parent_folder_id).has_value());
  const auto restored = graph.set_properties(alice, before.id, {true, {"Red"}, "flagged", "high"});
  REQUIRE(restored.has_value());
  CHECK(restored->parent_folder_id == before.parent_folder_id);
  CHECK(restored->is_read);
  CHECK(restored->flag == "flagged");
  CHECK(*graph.folder_name(alice, restored->parent_folder_id) == "Inbox");
}

TEST_CASE("a purge ends in Purges and is counted") {
  World world;
  world.deliver({"bob@contoso.example"});
  const std::string bob = world.id_of("bob@contoso.example");
  const std::string id = world.copies(bob).front().id;
  REQUIRE(world.client->purge(bob, id).has_value());
  CHECK(
      world.client->find_copies_in(bob, WellKnownFolder::recoverable_purges, kMessageId)->size() ==
      1);
  const json counters = world.ask("GET", "counters");
  CHECK(counters["purges"] == 1);
  CHECK(counters["effective_moves"] == 1);
  CHECK(counters["bare_deletes"] == 0);
}

TEST_CASE("a copy that comes late is not there before its time") {
  World world;
  DeliveryOptions late;
  late.late_milliseconds = 5'000;
  world.deliver({"bob@contoso.example"}, late);
  const std::string bob = world.id_of("bob@contoso.example");
  CHECK(world.copies(bob).empty());
  world.clock.advance(5s);
  CHECK(world.copies(bob).size() == 1);
}

TEST_CASE("many copies of one mail come in pages") {
  World world;
  for (int copy = 0; copy < 120; ++copy) world.deliver({"bob@contoso.example"});
  CHECK(world.copies(world.id_of("bob@contoso.example")).size() == 120);
}

TEST_CASE("users, mailboxes and items that are not there are told apart") {
  World world;
  world.deliver({"bob@contoso.example"});
  const auto nobody = world.client->find_user("nobody@contoso.example");
  REQUIRE(nobody.has_value());
  CHECK_FALSE(nobody->has_value());
  CHECK(world.client->find_copies("no-such-id", kMessageId).error().kind == Kind::no_such_mailbox);
  const std::string old = world.id_of("old@contoso.example");
  CHECK(world.client->find_copies(old, kMessageId).error().kind == Kind::unsupported_mailbox);
  const std::string bob = world.id_of("bob@contoso.example");
  CHECK(world.client->get_copy(bob, "AAkALgNone").error().kind == Kind::stale_id);
}

TEST_CASE("tokens expire, and expired or wrong ones are refused") {
  World world;
  const std::string bob = world.id_of("bob@contoso.example");
  world.ask("POST", "expire-tokens");
  CHECK(world.client->find_copies(bob, kMessageId).has_value());
  CHECK(world.ask("GET", "counters")["tokens"] == 2);
  HttpRequest request;
  request.method = "GET";
  request.url = world.server->url() + "/v1.0/users";
  CHECK(world.transport->send(request)->status == 401);
  request.headers = {{"Authorization", "Bearer wrong"}};
  CHECK(world.transport->send(request)->status == 401);
}

TEST_CASE("the fifth request at once in a mailbox is refused with a fractional wait") {
  ServerOptions slow = options();
  slow.requests_per_mailbox = 0;
  World world(std::move(slow));
  const std::string bob = world.id_of("bob@contoso.example");
  const auto refused = world.client->find_copies(bob, kMessageId);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == Kind::throttled);
  CHECK(refused.error().retry_after == 128ms);
}

TEST_CASE("the client keeps to three at once in a mailbox, whatever it is asked") {
  ServerOptions slow = options();
  slow.latency = 5ms;
  World world(std::move(slow));
  const std::string bob = world.id_of("bob@contoso.example");
  std::atomic<int> succeeded = 0;
  std::vector<std::thread> threads;
  for (int number = 0; number < 10; ++number) {
    threads.emplace_back(
        [&] { succeeded += world.client->find_copies(bob, kMessageId).has_value() ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(succeeded == 10);
  const json counters = world.ask("GET", "counters");
  CHECK(counters["throttled"] == 0);
  CHECK(counters["most_at_once"].get<int>() <= 3);
}

TEST_CASE("a fault strikes before or after the effect, as often as it was told") {
  World world;
  world.deliver({"bob@contoso.example"});
  const std::string bob = world.id_of("bob@contoso.example");
  const std::string id = world.copies(bob).front().id;
  world.ask("POST", "faults",
            {{{"method", "POST"}, {"path_contains", "/move"}, {"status", 504}},
             {{"path_contains", "/move"}, {"after_effect", true}, {"drop", true}}});
  CHECK(world.client->move(bob, id, WellKnownFolder::junk_email).error().status == 504);
  CHECK(world.ask("GET", "counters")["effective_moves"] == 0);
  const auto lost = world.client->move(bob, id, WellKnownFolder::junk_email);
  CHECK(lost.error().kind == Kind::temporary);
  CHECK(lost.error().status == 0);
  CHECK(world.ask("GET", "counters")["effective_moves"] == 1);
  CHECK(world.client->move(bob, id, WellKnownFolder::junk_email).has_value());
  CHECK(world.ask("GET", "counters")["effective_moves"] == 1);
}

TEST_CASE("what the user does is not counted as ours") {
  World world;
  world.deliver({"bob@contoso.example"});
  world.ask(
      "POST", "user-moves",
      {{"mailbox", "bob@contoso.example"}, {"message_id", kMessageId}, {"to", "deleteditems"}});
  world.ask("POST", "user-reads", {{"mailbox", "bob@contoso.example"}, {"message_id", kMessageId}});
  const json copy = world.ask("GET", "messages?folder=deleteditems")[0];
  CHECK(copy["effective_moves"] == 0);
  CHECK(copy["is_read"] == true);
}

TEST_CASE("the directory's changes are told since a token, and a dead token is 410") {
  World world;
  const auto ask = [&](const std::string& path) {
    HttpRequest token;
    token.method = "POST";
    token.url = world.server->url() + "/tenant-1/oauth2/v2.0/token";
    token.content_type = "application/x-www-form-urlencoded";
    token.body =
        "client_id=client-1&client_secret=secret-1&grant_type=client_credentials"
        "&scope=https%3A%2F%2Fgraph.example%2F.default";
    const json issued = json::parse(world.transport->send(token)->body);
    HttpRequest request;
    request.method = "GET";
    request.url = path.starts_with("http") ? path : world.server->url() + path;
    request.headers = {{"Authorization", "Bearer " + issued["access_token"].get<std::string>()}};
    return *world.transport->send(request);
  };
  const json first = json::parse(ask("/v1.0/users/delta?$select=id,mail,proxyAddresses").body);
  CHECK(first["value"].size() == 3);
  const std::string link = first["@odata.deltaLink"];
  CHECK(json::parse(ask(link).body)["value"].empty());
  world.ask("POST", "users", {{"mail", "dave@contoso.example"}});
  const json changed = json::parse(ask(link).body);
  REQUIRE(changed["value"].size() == 1);
  CHECK(changed["value"][0]["proxyAddresses"] == json{"SMTP:dave@contoso.example"});
  CHECK(ask("/v1.0/users/delta?$deltatoken=expired").status == 410);
}

}  // namespace secondlook::stand_in
