// [[tenant]]: whose mail it is, the way to its Graph, its directory, its exercises.
#include <algorithm>
#include <set>

#include "schema/cidr_networks.h"
#include "schema/settings_reader.h"

namespace secondlook {
namespace {

void read_url(ConfigTable& table, std::string_view name, std::string& url) {
  read_setting(table, name, url);
  while (url.ends_with('/')) url.pop_back();
  if (!url.empty() && !is_loopback_or_https(url))
    table.complain(name, "must be https://; plain http:// is for loopback addresses only");
}

void check_credential(ConfigTable& table, const GraphSettings& graph) {
  const int kinds = (graph.certificate_file.empty() ? 0 : 1) +
                    (graph.client_secret_file.empty() ? 0 : 1) + (graph.managed_identity ? 1 : 0) +
                    (graph.federated_token_file.empty() ? 0 : 1);
  if (kinds != 1)
    table.complain("client_id",
                   "needs exactly one of certificate_file with key_file, client_secret_file, "
                   "managed_identity, federated_token_file");
  if (graph.certificate_file.empty() != graph.key_file.empty())
    table.complain("key_file", "certificate_file and key_file go together");
}

// A proxy is spoken to in plain http (what it carries is https); its password would be a secret,
// and secrets stand in files only.
void read_proxy(ConfigTable& table, std::string& proxy) {
  read_setting(table, "proxy", proxy);
  while (proxy.ends_with('/')) proxy.pop_back();
  if (proxy.empty()) return;
  const std::string_view host =
      std::string_view(proxy).substr(std::min<std::size_t>(7, proxy.size()));
  const bool is_plain = proxy.starts_with("http://") && !host.empty() &&
                        host.find_first_of("/@?#") == std::string_view::npos;
  if (!is_plain) table.complain("proxy", "must be http://HOST:PORT, without user and path");
}

void read_graph(ConfigTable table, GraphSettings& graph) {
  graph.cloud = table.choice("cloud", {"global", "usgov", "dod", "china"}, graph.cloud);
  read_setting(table, "client_id", graph.client_id);
  read_setting(table, "certificate_file", graph.certificate_file);
  read_setting(table, "key_file", graph.key_file);
  graph.certificate_algorithm =
      table.choice("certificate_algorithm", {"PS256", "RS256"}, graph.certificate_algorithm);
  read_setting(table, "client_secret_file", graph.client_secret_file);
  graph.managed_identity = table.flag("managed_identity", false);
  read_setting(table, "federated_token_file", graph.federated_token_file);
  read_url(table, "login_url", graph.login_url);
  read_url(table, "graph_url", graph.graph_url);
  read_proxy(table, graph.proxy);
  read_setting(table, "ca_file", graph.ca_file);
  // Exchange Online allows four at a time for one app in one mailbox (microsoft_graph 1.12).
  read_setting(table, "requests_per_mailbox", graph.requests_per_mailbox, 1, 4);
  read_setting(table, "requests_in_flight", graph.requests_in_flight, 1, 256);
  const auto give_up = parse_duration(table.text("give_up_after", "1h"));
  if (give_up)
    graph.give_up_after = *give_up;
  else
    table.complain("give_up_after", "must be a duration such as \"90s\", \"5m\", \"1h\", \"7d\"");
  check_credential(table, graph);
}

void read_rules(ConfigTable& table, std::string_view name, std::vector<DirectoryRule>& rules) {
  for (const std::string& text : table.texts(name)) {
    auto rule = parse_directory_rule(text);
    if (rule)
      rules.push_back(std::move(*rule));
    else
      table.complain(name, "\"" + text + "\": " + rule.error().message);
  }
}

void read_directory(ConfigTable table, DirectorySettings& directory) {
  const auto every = parse_duration(table.text("sync_every", "6h"));
  if (every && (every->count() == 0 || *every >= std::chrono::minutes(1)))
    directory.sync_every = *every;
  else
    table.complain("sync_every",
                   "must be a duration of a minute or more such as \"6h\", or \"0s\"");
  directory.contacts = table.flag("contacts", directory.contacts);
  read_rules(table, "include", directory.include);
  read_rules(table, "exclude", directory.exclude);
  read_rules(table, "protect", directory.protect);
  read_setting(table, "overrides_file", directory.overrides_file);
  directory.vip_groups = lower_all(table.texts("vip_groups"));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

PhishingSimulation read_simulation(ConfigTable table) {
  PhishingSimulation simulation;
  read_setting(table, "name", simulation.name);
  simulation.networks = table.texts("networks");
  const std::string header = table.text("header");
  const std::string expires = table.text("expires");
  const auto colon = std::min(header.find(':'), header.size());
  simulation.header_name = trimmed(std::string_view(header).substr(0, colon));
  if (colon < header.size())
    simulation.header_value = trimmed(std::string_view(header).substr(colon + 1));
  if (simulation.name.empty()) table.complain("name", "is missing");
  if (simulation.networks.empty()) table.complain("networks", "is missing");
  if (auto parsed = CidrNetworks::parse(simulation.networks); !parsed)
    table.complain("networks", parsed.error().message);
  if (simulation.header_name.empty() || simulation.header_value.empty())
    table.complain("header", "must be \"Name: value\"");
  // Without an end an exemption is forgotten and stays.
  if (const auto time = parse_rfc3339(expires))
    simulation.expires = *time;
  else
    table.complain("expires", "must be a day (\"2027-01-31\") or an RFC 3339 time");
  return simulation;
}

TenantSettings read_tenant(ConfigTable table, const PolicySettings& policy) {
  TenantSettings tenant;
  tenant.policy = policy;
  read_setting(table, "name", tenant.name);
  read_setting(table, "tenant_id", tenant.tenant_id);
  tenant.journal_addresses = lower_all(table.texts("journal_addresses"));
  tenant.domains = lower_all(table.texts("domains"));
  tenant.report_senders = lower_all(table.texts("report_senders"));
  tenant.report_source =
      table.choice("report_source", {"exchange_online", "on_premises"}, tenant.report_source);
  tenant.gateways = table.texts("gateways");
  if (auto parsed = CidrNetworks::parse(tenant.gateways); !parsed)
    table.complain("gateways", parsed.error().message);
  tenant.report_mailboxes = lower_all(table.texts("report_mailboxes"));
  read_graph(table.table("graph"), tenant.graph);
  read_directory(table.table("directory"), tenant.directory);
  read_policy(table.table("policy"), tenant.policy);
  for (const std::string& mailbox : tenant.report_mailboxes)
    tenant.policy.protected_mailboxes.push_back(mailbox);
  for (ConfigTable& some : table.tables("policy_for")) {
    tenant.policy_for.push_back(read_policy_for(some, tenant.policy));
    const auto& groups = tenant.policy_for.back().groups;
    auto& all = tenant.directory.policy_groups;
    all.insert(all.end(), groups.begin(), groups.end());
  }
  for (ConfigTable& exercise : table.tables("simulation"))
    tenant.simulations.push_back(read_simulation(exercise));
  if (tenant.name.empty()) table.complain("name", "is missing");
  if (tenant.tenant_id.empty()) table.complain("tenant_id", "is missing");
  if (tenant.journal_addresses.empty()) table.complain("journal_addresses", "is missing");
  if (tenant.domains.empty()) table.complain("domains", "is missing");
  return tenant;
}

}  // namespace

void read_tenants(ConfigTable root, Configuration& configuration) {
  std::set<std::string> names;
  std::set<std::string> addresses;
  for (ConfigTable& table : root.tables("tenant")) {
    TenantSettings tenant = read_tenant(table, configuration.policy);
    if (!names.insert(tenant.name).second) table.complain("name", "two tenants have this name");
    for (const std::string& address : tenant.journal_addresses)
      if (!addresses.insert(address).second)
        table.complain("journal_addresses", "an address stands here twice or with two tenants");
    configuration.tenants.push_back(std::move(tenant));
  }
}

}  // namespace secondlook
