#include "remediation/tenant_account.h"

#include <catch2/catch.hpp>

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

}  // namespace

TEST_CASE("each cloud has its hosts, and only the global one deletes permanently") {
  TenantSettings tenant = acme();
  CHECK(graph_account(tenant)->graph_url == "https://graph.microsoft.com");
  CHECK(graph_account(tenant)->has_permanent_delete);
  tenant.graph.cloud = "dod";
  CHECK(graph_account(tenant)->login_url == "https://login.microsoftonline.us");
  CHECK(graph_account(tenant)->graph_url == "https://dod-graph.microsoft.us");
  CHECK_FALSE(graph_account(tenant)->has_permanent_delete);
  tenant.graph.graph_url = "http://127.0.0.1:8080";
  CHECK(graph_account(tenant)->graph_url == "http://127.0.0.1:8080");
}

TEST_CASE("a credential that is not supported yet is refused with what to write instead") {
  TenantSettings tenant = acme();
  SECTION("certificate") {
    tenant.graph.certificate_file = "/etc/secondlook/cert.pem";
  }
  SECTION("managed identity") {
    tenant.graph.managed_identity = true;
  }
  SECTION("federated token") {
    tenant.graph.federated_token_file = "/var/run/token";
  }
  const auto account = graph_account(tenant);
  REQUIRE_FALSE(account.has_value());
  CHECK(account.error().kind == Error::Kind::malformed);
  CHECK(account.error().message.find("not supported yet") != std::string::npos);
}

TEST_CASE("what is missing is named") {
  TenantSettings tenant = acme();
  tenant.graph.client_secret_file.clear();
  CHECK(graph_account(tenant).error().message.find("client_secret_file") != std::string::npos);
}

}  // namespace secondlook
