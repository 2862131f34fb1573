#include "remediation/tenant_account.h"

namespace secondlook {
namespace {

Result<void> check_credential(const TenantSettings& tenant) {
  const GraphSettings& graph = tenant.graph;
  const std::string place = "[tenant.graph] of " + tenant.name + ": ";
  const std::string instead = " is not supported yet: set client_secret_file";
  if (!graph.certificate_file.empty() || !graph.key_file.empty())
    return malformed(place + "certificate_file" + instead);
  if (graph.managed_identity) return malformed(place + "managed_identity" + instead);
  if (!graph.federated_token_file.empty())
    return malformed(place + "federated_token_file" + instead);
  if (graph.client_id.empty()) return malformed(place + "client_id is missing");
  if (graph.client_secret_file.empty()) return malformed(place + "client_secret_file is missing");
  if (tenant.tenant_id.empty())
    return malformed("[[tenant]] " + tenant.name + ": tenant_id is missing");
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

Result<GraphAccount> graph_account(const TenantSettings& tenant) {
  if (auto checked = check_credential(tenant); !checked) return checked.error();
  const auto hosts = hosts_of_cloud(tenant.graph.cloud);
  if (!hosts) return hosts.error();
  GraphAccount account;
  account.tenant_id = tenant.tenant_id;
  account.client_id = tenant.graph.client_id;
  account.login_url = tenant.graph.login_url.empty() ? hosts->login_url : tenant.graph.login_url;
  account.graph_url = tenant.graph.graph_url.empty() ? hosts->graph_url : tenant.graph.graph_url;
  account.client_secret_file = tenant.graph.client_secret_file;
  account.has_permanent_delete = hosts->has_permanent_delete;
  account.requests_per_mailbox = tenant.graph.requests_per_mailbox;
  account.requests_in_flight = tenant.graph.requests_in_flight;
  return account;
}

}  // namespace secondlook
