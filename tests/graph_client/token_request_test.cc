#include "graph_client/token_request.h"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "tests/support/fixed_random.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_certificate.h"

namespace secondlook {

namespace {

const std::string kClaims =
    "&claims=%7B%22access_token%22%3A%7B%22xms_cc%22%3A%7B%22values%22%3A%5B%22cp1%22%5D%7D%7D%7D";

struct Desk {
  TemporaryDirectory directory;
  ManualClock clock;
  FixedRandom random;
  GraphAccount account;

  Desk() {
    account.tenant_id = "tenant-1";
    account.client_id = "client-1";
    account.login_url = "https://login.example";
    account.graph_url = "https://graph.example";
  }

  Result<TokenRequest> request(GraphCredential credential, const std::string& challenge = "") {
    account.credential = std::move(credential);
    return make_token_request(account, challenge, clock.now(), random);
  }
};

}  // namespace

TEST_CASE("a secret, a federated token and an assertion each have their form") {
  Desk desk;
  desk.directory.write("secret", "s3cret&=\n");
  desk.directory.write("token", "ey.abc.def\r\n");
  const auto with_secret = desk.request(SecretFile{desk.directory.file("secret")});
  REQUIRE(with_secret.has_value());
  CHECK(with_secret->http.method == "POST");
  CHECK(with_secret->http.url == "https://login.example/tenant-1/oauth2/v2.0/token");
  CHECK(with_secret->http.body ==
        "client_id=client-1&scope=https%3A%2F%2Fgraph.example%2F.default"
        "&grant_type=client_credentials&client_secret=s3cret%26%3D" +
            kClaims);
  const auto with_token = desk.request(TokenFile{desk.directory.file("token")});
  REQUIRE(with_token.has_value());
  CHECK(with_token->http.body ==
        "client_id=client-1&scope=https%3A%2F%2Fgraph.example%2F.default"
        "&grant_type=client_credentials&client_assertion_type="
        "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        "&client_assertion=ey.abc.def" +
            kClaims);
}

TEST_CASE("a federated token is read anew at each request, and may be readable by everybody") {
  Desk desk;
  const std::string path = desk.directory.file("token");
  for (const char* const token : {"first", "second"}) {
    desk.directory.write("token", token);
    REQUIRE(::chmod(path.c_str(), 0644) == 0);  // as Kubernetes mounts it
    const auto request = desk.request(TokenFile{path});
    REQUIRE(request.has_value());
    CHECK(request->proof.reveal() == token);
  }
}

TEST_CASE("what Graph demanded goes along, but not to a managed identity") {
  Desk desk;
  desk.directory.write("secret", "s");
  const std::string demanded = R"({"access_token":{"nbf":{"value":"1"}}})";
  const auto form = desk.request(SecretFile{desk.directory.file("secret")}, demanded);
  REQUIRE(form.has_value());
  CHECK(form->http.body.find("%22nbf%22%3A%7B%22value%22%3A%221%22%7D%2C%22xms_cc%22") !=
        std::string::npos);
  const auto identity = desk.request(ManagedIdentity{}, demanded);
  REQUIRE(identity.has_value());
  CHECK(identity->http.body.empty());
  CHECK(identity->http.url.find("claims") == std::string::npos);
}

TEST_CASE("the machine's identity is asked for as its platform wants it, never through a proxy") {
  Desk desk;
  const auto imds = desk.request(ManagedIdentity{});
  REQUIRE(imds.has_value());
  CHECK(imds->http.method == "GET");
  CHECK(imds->http.without_proxy);
  CHECK(imds->http.url ==
        "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
        "&resource=https%3A%2F%2Fgraph.example%2F&client_id=client-1");
  CHECK(imds->http.headers.back() == std::pair<std::string, std::string>("Metadata", "true"));
  desk.account.client_id.clear();
  const auto app_service =
      desk.request(ManagedIdentity{"http://127.0.0.1:41/msi/token", Secret("h3ader")});
  REQUIRE(app_service.has_value());
  CHECK(app_service->http.url ==
        "http://127.0.0.1:41/msi/token?api-version=2019-08-01"
        "&resource=https%3A%2F%2Fgraph.example%2F");
  CHECK(app_service->http.headers.back() ==
        std::pair<std::string, std::string>("X-IDENTITY-HEADER", "h3ader"));
}

TEST_CASE("two assertions are never the same") {
  Desk desk;
  const TestCertificate made = make_test_certificate();
  desk.directory.write("app.crt", made.certificate);
  desk.directory.write("app.key", made.key);
  const CertificateFiles files{desk.directory.file("app.crt"), desk.directory.file("app.key"),
                               AssertionAlgorithm::rs256};
  const auto first = desk.request(files);
  const auto second = desk.request(files);
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first->proof.reveal() != second->proof.reveal());
}

TEST_CASE("no refusal shows the secret, though the login server repeats it") {
  HttpResponse answer;
  answer.status = 401;
  answer.body = R"({"error":"invalid_client s3cret&=","error_description":)"
                R"("AADSTS7000215: 's3cret&=' is wrong, s3cret%26%3D too"})";
  const std::string told = describe_login_refusal(answer, Secret("s3cret&="));
  CHECK(told ==
        "HTTP 401 invalid_client [secret] AADSTS7000215: '[secret]' is wrong, [secret] too");
  answer.body = "s3cret&=";
  CHECK(describe_login_refusal(answer, Secret("s3cret&=")) == "HTTP 401 ");
}

TEST_CASE("only files that can never sign in are refused before the first request") {
  const Desk desk;
  const TestCertificate made = make_test_certificate();
  desk.directory.write("app.crt", made.certificate);
  desk.directory.write("app.key", make_test_certificate().key);
  const std::string certificate = desk.directory.file("app.crt");
  CHECK_FALSE(
      check_credential_files(CertificateFiles{certificate, desk.directory.file("app.key")}));
  CHECK(check_credential_files(CertificateFiles{certificate, desk.directory.file("later.key")}));
  CHECK(check_credential_files(SecretFile{"/nonexistent"}));
}

}  // namespace secondlook
