// What a tenant's Graph client is made from, and whether this build can make it.
#pragma once

#include <string>

#include "base/result.h"
#include "graph_client/mailbox_client.h"
#include "schema/configuration.h"

namespace secondlook {

// Hosts of Microsoft's clouds (contrib deployments.md); login_url and graph_url override them.
struct CloudHosts {
  std::string login_url, graph_url;
  bool has_permanent_delete = false;  // permanentDelete exists in the global cloud only
};
Result<CloudHosts> hosts_of_cloud(const std::string& cloud);

// malformed, with what to write instead, for credentials other than client_secret_file:
// certificate, managed identity and federated tokens are not built yet. Opens no file.
Result<GraphAccount> graph_account(const TenantSettings& tenant);

}  // namespace secondlook
