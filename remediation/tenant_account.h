// What a tenant's Graph client is made from.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "graph_client/mailbox_client.h"
#include "schema/configuration.h"

namespace secondlook {

// Hosts of Microsoft's clouds (contrib deployments.md); login_url and graph_url override them.
struct CloudHosts {
  std::string login_url, graph_url;
  bool has_permanent_delete = false;  // permanentDelete exists in the global cloud only
};
Result<CloudHosts> hosts_of_cloud(const std::string& cloud);

// Where App Service lets its apps ask for their identity; empty elsewhere.
struct IdentityEnvironment {
  std::string endpoint;  // IDENTITY_ENDPOINT
  Secret header;         // IDENTITY_HEADER
};
// From this process's environment. Call before threads start.
IdentityEnvironment read_identity_environment();

// malformed: the settings cannot be meant, or a certificate and its key do not belong together
// (check_credential_files). Tokens are for the cloud's Graph, also where graph_url is a stand-in on
// loopback; for graph_url itself where that is https (a cloud that we have no name for).
Result<GraphAccount> graph_account(const TenantSettings& tenant,
                                   const IdentityEnvironment& environment);

// The files that signing in and connecting read, each time: for the process's confinement.
std::vector<std::string> credential_files(const GraphSettings& graph);

}  // namespace secondlook
