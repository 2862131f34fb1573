// The product's own client signs in at the stand-in with each kind of credential.
#include "tests/support/stand_in_tenant/login.h"

#include <catch2/catch.hpp>

#include "graph_client/mailbox_client.h"
#include "graph_client/token_request.h"
#include "tests/support/fixed_random.h"
#include "tests/support/manual_clock.h"
#include "tests/support/stand_in_tenant/server.h"
#include "tests/support/stand_in_tenant/tenant_control.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_certificate.h"

namespace secondlook::stand_in {

using namespace std::chrono_literals;

namespace {

struct Entrance {
  Entrance() {
    directory.write("secret", "secret-1");
    directory.write("crt", made.certificate);
    directory.write("key", made.key);
    directory.write("token", "platform.made.token");
    ServerOptions options;
    Credentials& known = options.credentials;
    known.tenant_id = "tenant-1";
    known.client_id = "client-1";
    known.client_secret = "secret-1";
    known.certificate = made.certificate;
    known.federated_token = "platform.made.token";
    known.identity_header = "header-1";
    options.users.emplace_back().mail = "alice@contoso.example";
    auto started = Server::start(std::move(options), clock, random);
    REQUIRE(started.has_value());
    server = *std::move(started);
  }

  std::unique_ptr<MailboxClient> client(GraphCredential credential) {
    GraphAccount account;
    account.tenant_id = "tenant-1";
    account.client_id = "client-1";
    account.login_url = account.graph_url = server->url();
    account.scope = "https://graph.example/.default";
    account.credential = std::move(credential);
    auto client = MailboxClient::make(account, *transport, clock, random);
    REQUIRE(client.has_value());
    return *std::move(client);
  }
  std::string failure(GraphCredential credential) {
    const auto found = client(std::move(credential))->find_user("alice@contoso.example");
    return found ? "" : found.error().message;
  }
  CertificateFiles files(AssertionAlgorithm algorithm) {
    return {directory.file("crt"), directory.file("key"), algorithm};
  }

  TestCertificate made = make_test_certificate();
  TemporaryDirectory directory;
  ManualClock clock;
  FixedRandom random;
  std::unique_ptr<HttpTransport> transport = make_cpprest_transport();
  std::unique_ptr<Server> server;
};

}  // namespace

TEST_CASE("every kind of credential signs in") {
  Entrance entrance;
  const std::string url = entrance.server->url();
  CHECK(entrance.failure(SecretFile{entrance.directory.file("secret")}) == "");
  CHECK(entrance.failure(entrance.files(AssertionAlgorithm::ps256)) == "");
  CHECK(entrance.failure(entrance.files(AssertionAlgorithm::rs256)) == "");
  CHECK(entrance.failure(TokenFile{entrance.directory.file("token")}) == "");
  CHECK(entrance.failure(ManagedIdentity{url + "/metadata/identity/oauth2/token", {}}) == "");
  CHECK(entrance.failure(ManagedIdentity{url + "/msi/token", Secret("header-1")}) == "");
}

TEST_CASE("a wrong credential of each kind is refused in Entra's words") {
  Entrance entrance;
  const std::string url = entrance.server->url();
  entrance.directory.write("secret", "secret-2");
  CHECK(entrance.failure(SecretFile{entrance.directory.file("secret")}) ==
        "login server: HTTP 401 invalid_client AADSTS7000215: Invalid client secret provided.");
  entrance.directory.write("token", "another.token.here");
  CHECK(entrance.failure(TokenFile{entrance.directory.file("token")}).find("AADSTS50027") !=
        std::string::npos);
  const TestCertificate other = make_test_certificate();
  entrance.directory.write("crt", other.certificate);
  entrance.directory.write("key", other.key);
  CHECK(entrance.failure(entrance.files(AssertionAlgorithm::ps256)).find("AADSTS700027") !=
        std::string::npos);
  CHECK(entrance.failure(ManagedIdentity{url + "/msi/token", Secret("header-2")})
            .find("HTTP 400 invalid_request") != std::string::npos);
}

TEST_CASE("an assertion is taken once") {
  Entrance entrance;
  FixedRandom same;
  Credentials known;
  known.client_id = "client-1";
  known.certificate = entrance.made.certificate;
  known.login_url = "https://login.example";
  Login login(known, 1h, entrance.clock, same);
  GraphAccount account;
  account.tenant_id = "tenant-1";
  account.client_id = "client-1";
  account.login_url = "https://login.example";
  account.scope = "https://graph.example/.default";
  account.credential = entrance.files(AssertionAlgorithm::ps256);
  const auto request = make_token_request(account, "", entrance.clock.now(), same);
  REQUIRE(request.has_value());
  ServedRequest served;
  served.method = "POST";
  served.target = "/tenant-1/oauth2/v2.0/token";
  served.headers["content-type"] = request->http.content_type;
  served.body = request->http.body;
  CHECK(login.answer(served, read_target(served.target))->status == 200);
  CHECK(login.answer(served, read_target(served.target))->status == 401);
}

TEST_CASE("claims that Graph demands are asked for once, and the work goes on") {
  Entrance entrance;
  const auto client = entrance.client(entrance.files(AssertionAlgorithm::ps256));
  const auto works = [&](const char* address) {
    const auto found = client->find_user(address);
    return found.has_value();
  };
  const TenantControl control(entrance.server->url());
  CHECK(works("a@x.example"));
  REQUIRE(control.ask("POST", "demand-claims", R"({"nbf":{"essential":true,"value":"7"}})"));
  CHECK(works("b@x.example"));
  CHECK(works("c@x.example"));
  const auto counters = control.ask("GET", "counters", "");
  REQUIRE(counters.has_value());
  CHECK(counters->find("\"tokens\":2") != std::string::npos);
}

}  // namespace secondlook::stand_in
