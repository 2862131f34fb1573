#include "remediation/tenant_account.h"

#include <catch2/catch.hpp>

#include "tests/support/temporary_directory.h"
#include "tests/support/test_certificate.h"

namespace secondlook {
namespace {

TenantSettings acme() {
  TenantSettings tenant;
  tenant.name = "acme";
  tenant.tenant_id = "11111111-2222-3333-4444-555555555555";
  tenant.graph.client_id = "66666666-2222-3333-4444-555555555555";
  tenant.graph.client_secret_file = "/etc/secondlook/secret";
  return tenant;
}

std::string refusal(const TenantSettings& tenant) {
  const auto account = graph_account(tenant, {});
  REQUIRE_FALSE(account.has_value());
  CHECK(account.error().kind == Error::Kind::malformed);
  return account.error().message;
}

}  // namespace

TEST_CASE("each cloud has its hosts, and only the global one deletes permanently") {
  const struct {
    const char* cloud;
    const char* login;
    const char* graph;
    bool deletes;
  } clouds[] = {
      {"global", "https://login.microsoftonline.com", "https://graph.microsoft.com", true},
      {"usgov", "https://login.microsoftonline.us", "https://graph.microsoft.us", false},
      {"dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us", false},
      {"china", "https://login.partner.microsoftonline.cn",
       "https://microsoftgraph.chinacloudapi.cn", false}};
  for (const auto& each : clouds) {
    CAPTURE(each.cloud);
    TenantSettings tenant = acme();
    tenant.graph.cloud = each.cloud;
    const auto account = graph_account(tenant, {});
    REQUIRE(account.has_value());
    CHECK(account->login_url == each.login);
    CHECK(account->graph_url == each.graph);
    CHECK(account->scope == std::string(each.graph) + "/.default");
    CHECK(account->has_permanent_delete == each.deletes);
  }
}

TEST_CASE("a stand-in on loopback gets the cloud's tokens, a cloud without a name its own") {
  TenantSettings tenant = acme();
  tenant.graph.graph_url = "http://127.0.0.1:8080";
  CHECK(graph_account(tenant, {})->graph_url == "http://127.0.0.1:8080");
  CHECK(graph_account(tenant, {})->scope == "https://graph.microsoft.com/.default");
  tenant.graph.graph_url = "https://graph.new-cloud.example";
  CHECK(graph_account(tenant, {})->scope == "https://graph.new-cloud.example/.default");
}

TEST_CASE("each kind of credential makes its account") {
  TenantSettings tenant = acme();
  tenant.graph.client_secret_file.clear();
  SECTION("certificate, PS256 unless RS256 is asked for") {
    tenant.graph.certificate_file = "/nonexistent.crt";
    tenant.graph.key_file = "/nonexistent.key";
    const auto files = std::get<CertificateFiles>(graph_account(tenant, {})->credential);
    CHECK(files.certificate == "/nonexistent.crt");
    CHECK(files.key == "/nonexistent.key");
    CHECK(files.algorithm == AssertionAlgorithm::ps256);
    tenant.graph.certificate_algorithm = "RS256";
    CHECK(std::get<CertificateFiles>(graph_account(tenant, {})->credential).algorithm ==
          AssertionAlgorithm::rs256);
    CHECK(credential_files(tenant.graph) ==
          std::vector<std::string>{"/nonexistent.crt", "/nonexistent.key"});
  }
  SECTION("federated token") {
    tenant.graph.federated_token_file = "/var/run/token";
    CHECK(std::get<TokenFile>(graph_account(tenant, {})->credential).path == "/var/run/token");
    CHECK(credential_files(tenant.graph) == std::vector<std::string>{"/var/run/token"});
  }
  SECTION("managed identity: IMDS, with or without a client_id") {
    tenant.graph.managed_identity = true;
    tenant.graph.client_id.clear();
    const auto identity = std::get<ManagedIdentity>(graph_account(tenant, {})->credential);
    CHECK(identity.endpoint == "http://169.254.169.254/metadata/identity/oauth2/token");
    CHECK(identity.header.empty());
    CHECK(credential_files(tenant.graph).empty());
  }
  SECTION("managed identity on App Service, which the environment tells") {
    tenant.graph.managed_identity = true;
    const IdentityEnvironment environment{"http://169.254.129.3:8081/msi/token", Secret("h")};
    const auto identity = std::get<ManagedIdentity>(graph_account(tenant, environment)->credential);
    CHECK(identity.endpoint == environment.endpoint);
    CHECK(identity.header.reveal() == "h");
  }
}

TEST_CASE("a key that is not the certificate's is refused at the start, naming tenant and file") {
  const TemporaryDirectory directory;
  directory.write("crt", make_test_certificate().certificate);
  directory.write("key", make_test_certificate().key);
  TenantSettings tenant = acme();
  tenant.graph.client_secret_file.clear();
  tenant.graph.certificate_file = directory.file("crt");
  tenant.graph.key_file = directory.file("key");
  const std::string told = refusal(tenant);
  CHECK(told.starts_with("[tenant.graph] of acme: "));
  CHECK(told.find("/key is not the key of the certificate in ") != std::string::npos);
}

TEST_CASE("what is missing is named") {
  TenantSettings tenant = acme();
  tenant.graph.client_id.clear();
  CHECK(refusal(tenant).find("client_id is missing") != std::string::npos);
  tenant = acme();
  tenant.graph.client_secret_file.clear();
  CHECK(refusal(tenant).find("client_secret_file") != std::string::npos);
}

}  // namespace secondlook
