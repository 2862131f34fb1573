#include "remediation/tenant_account.h"

#include <cstdlib>

#include "graph_client/token_request.h"

namespace secondlook {
namespace {

constexpr std::string_view kImdsPath = "/metadata/identity/oauth2/token";

Result<GraphCredential> credential_of(const GraphSettings& graph,
                                      const IdentityEnvironment& environment) {
  if (!graph.client_secret_file.empty())
    return GraphCredential(SecretFile{graph.client_secret_file});
  if (!graph.federated_token_file.empty())
    return GraphCredential(TokenFile{graph.federated_token_file});
  if (!graph.certificate_file.empty()) {
    if (graph.key_file.empty()) return malformed("key_file is missing beside certificate_file");
    const auto algorithm = graph.certificate_algorithm == "RS256" ? AssertionAlgorithm::rs256
                                                                  : AssertionAlgorithm::ps256;
    return GraphCredential(CertificateFiles{graph.certificate_file, graph.key_file, algorithm});
  }
  if (!graph.managed_identity)
    return malformed(
        "set one of client_secret_file, certificate_file, managed_identity, federated_token_file");
  if (!graph.login_url.empty())
    return GraphCredential(ManagedIdentity{graph.login_url + std::string(kImdsPath), {}});
  if (!environment.endpoint.empty() && !environment.header.empty())
    return GraphCredential(ManagedIdentity{environment.endpoint, environment.header});
  return GraphCredential(ManagedIdentity{});
}

std::string scope_of(const GraphAccount& account, const CloudHosts& hosts) {
  const bool is_stand_in = account.graph_url.starts_with("http://");
  return (is_stand_in ? hosts.graph_url : account.graph_url) + "/.default";
}

Result<void> check_names(const TenantSettings& tenant) {
  if (tenant.graph.client_id.empty() && !tenant.graph.managed_identity)
    return malformed("client_id is missing");
  if (tenant.tenant_id.empty()) return malformed("tenant_id is missing");
  return {};
}

}  // namespace

Result<CloudHosts> hosts_of_cloud(const std::string& cloud) {
  if (cloud == "global")
    return CloudHosts{"https://login.microsoftonline.com", "https://graph.microsoft.com", true};
  if (cloud == "usgov")
    return CloudHosts{"https://login.microsoftonline.us", "https://graph.microsoft.us", false};
  if (cloud == "dod")
    return CloudHosts{"https://login.microsoftonline.us", "https://dod-graph.microsoft.us", false};
  if (cloud == "china")
    return CloudHosts{"https://login.partner.microsoftonline.cn",
                      "https://microsoftgraph.chinacloudapi.cn", false};
  return malformed("cloud \"" + cloud + "\": global, usgov, dod or china");
}

IdentityEnvironment read_identity_environment() {
  const char* const endpoint = std::getenv("IDENTITY_ENDPOINT");
  const char* const header = std::getenv("IDENTITY_HEADER");
  if (endpoint == nullptr || header == nullptr) return {};
  return {endpoint, Secret(header)};
}

Result<GraphAccount> graph_account(const TenantSettings& tenant,
                                   const IdentityEnvironment& environment) {
  const std::string place = "[tenant.graph] of " + tenant.name;
  if (auto checked = check_names(tenant); !checked) return within(place, checked.error());
  const auto hosts = hosts_of_cloud(tenant.graph.cloud);
  if (!hosts) return within(place, hosts.error());
  auto credential = credential_of(tenant.graph, environment);
  if (!credential) return within(place, credential.error());
  if (auto checked = check_credential_files(*credential); !checked)
    return within(place, checked.error());
  GraphAccount account;
  account.tenant_id = tenant.tenant_id;
  account.client_id = tenant.graph.client_id;
  account.login_url = tenant.graph.login_url.empty() ? hosts->login_url : tenant.graph.login_url;
  account.graph_url = tenant.graph.graph_url.empty() ? hosts->graph_url : tenant.graph.graph_url;
  account.scope = scope_of(account, *hosts);
  account.credential = *std::move(credential);
  account.has_permanent_delete = hosts->has_permanent_delete;
  account.requests_per_mailbox = tenant.graph.requests_per_mailbox;
  account.requests_in_flight = tenant.graph.requests_in_flight;
  return account;
}

std::vector<std::string> credential_files(const GraphSettings& graph) {
  std::vector<std::string> files;
  for (const std::string& file : {graph.client_secret_file, graph.certificate_file, graph.key_file,
                                  graph.federated_token_file, graph.ca_file})
    if (!file.empty()) files.push_back(file);
  return files;
}

}  // namespace secondlook
