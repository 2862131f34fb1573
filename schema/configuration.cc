#include "schema/configuration.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <set>
#include <utility>

#include <unistd.h>

#include "base/config_file.h"
#include "base/file_descriptor.h"
#include "schema/cidr_networks.h"

namespace secondlook {
namespace {

constexpr std::int64_t kMostBytes = std::numeric_limits<std::int64_t>::max();

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

std::vector<std::string> lower_all(std::vector<std::string> texts) {
  for (std::string& text : texts) text = lower(std::move(text));
  return texts;
}

// A whole number into an unsigned type; the range is checked by the reader.
template <typename Number>
void read(ConfigTable& table, std::string_view name, Number& value, std::int64_t least,
          std::int64_t most) {
  value = static_cast<Number>(table.integer(name, static_cast<std::int64_t>(value), least, most));
}

void read(ConfigTable& table, std::string_view name, std::string& value) {
  value = table.text(name, value);
}

void read_paths(ConfigTable table, PathSettings& paths) {
  read(table, "journal", paths.journal);
  read(table, "database", paths.database);
  read(table, "runtime", paths.runtime);
  read(table, "cache", paths.cache);
}

void read_journal(ConfigTable table, JournalSettings& journal) {
  read(table, "max_unrecorded_bytes", journal.max_unrecorded_bytes, 1 << 20, kMostBytes);
  read(table, "archive_days", journal.archive_days, 0, 36500);
  read(table, "archive_bytes", journal.archive_bytes, 0, kMostBytes);
  read(table, "segment_bytes", journal.segment_bytes, 1 << 16, 1LL << 32);
}

void read_smtp(ConfigTable table, SmtpSettings& smtp) {
  smtp.listen = table.texts("listen", smtp.listen);
  read(table, "hostname", smtp.hostname);
  read(table, "tls_certificate_file", smtp.tls_certificate_file);
  read(table, "tls_key_file", smtp.tls_key_file);
  smtp.require_tls = table.flag("require_tls", smtp.require_tls);
  smtp.permitted_networks = table.texts("permitted_networks", smtp.permitted_networks);
  // Exchange Online sends mails of 150 MB, a decrypted copy doubles the report: never less.
  read(table, "max_message_bytes", smtp.max_message_bytes, 350'000'000, 2'000'000'000);
  read(table, "max_sessions", smtp.max_sessions, 1, 100'000);
  read(table, "max_sessions_per_peer", smtp.max_sessions_per_peer, 1, 100'000);
  read(table, "timeout_seconds", smtp.timeout_seconds, 1, 3600);
  read(table, "drain_seconds", smtp.drain_seconds, 0, 3600);
  if (smtp.tls_certificate_file.empty() != smtp.tls_key_file.empty())
    table.complain("tls_key_file", "tls_certificate_file and tls_key_file go together");
  if (smtp.require_tls && smtp.tls_certificate_file.empty())
    table.complain("require_tls", "needs tls_certificate_file and tls_key_file");
}

void read_thresholds(ConfigTable table, Thresholds& thresholds) {
  const auto one = [&](std::string_view name, double& value) {
    value = table.number(name, value, 0.1, 10'000);
  };
  one("malicious", thresholds.malicious);
  one("suspicious", thresholds.suspicious);
  one("spoof", thresholds.spoof);
  one("spam", thresholds.spam);
  one("bulk", thresholds.bulk);
}

void check_file_names(ConfigTable& table, std::string_view name,
                      const std::vector<std::string>& files) {
  std::set<std::string> names;
  for (const std::string& file : files) {
    if (file.empty() || file.front() != '/')
      table.complain(name, "\"" + file + "\" is no path from / on");
    else if (!names.insert(file).second)
      table.complain(name, "\"" + file + "\" stands here twice");
  }
}

void read_analyzer(ConfigTable table, const JournalSettings& journal,
                   AnalyzerSettings& analyzer) {
  read(table, "workers", analyzer.workers, 0, 1024);
  analyzer.rules = table.texts("rules", analyzer.rules);
  analyzer.host_lists = table.texts("host_lists", analyzer.host_lists);
  check_file_names(table, "host_lists", analyzer.host_lists);
  read(table, "clamav_database", analyzer.clamav_database);
  read(table, "score_set", analyzer.score_set, 0, 3);
  read(table, "seconds_per_message", analyzer.seconds_per_message, 1, 3600);
  const std::int64_t kept = 24LL * journal.archive_days;
  const auto read_hours = [&](std::string_view name, std::uint32_t& hours) {
    read(table, name, hours, 0, 24 * 366);
    if (hours > kept)
      table.complain(name, "is longer than reports are kept: [journal] archive_days is " +
                               std::to_string(journal.archive_days));
  };
  read_hours("rescan_hours", analyzer.rescan_hours);
  read_hours("password_wait_hours", analyzer.password_wait_hours);
  read_thresholds(table.table("thresholds"), analyzer.thresholds);
}

void read_action(ConfigTable& table, std::string_view name, Action& action) {
  const std::string value = table.choice(name, {"none", "junk", "deleted_items", "recoverable"},
                                         std::string(name_of(action)));
  action = parse_action(value).value_or(action);
}

void read_actions(ConfigTable& table, PolicySettings& policy) {
  policy.enforce = table.choice("mode", {"observe", "enforce"},
                                policy.enforce ? "enforce" : "observe") == "enforce";
  read_action(table, "malicious", policy.malicious);
  read_action(table, "suspicious", policy.suspicious);
  read_action(table, "spoof", policy.spoof);
  read_action(table, "spam", policy.spam);
  read_action(table, "bulk", policy.bulk);
}

void read_policy(ConfigTable table, PolicySettings& policy) {
  read_actions(table, policy);
  policy.protected_mailboxes =
      lower_all(table.texts("protected_mailboxes", policy.protected_mailboxes));
  policy.sent_items = table.flag("sent_items", policy.sent_items);
  read(table, "approval_above", policy.approval_above, 0, 1'000'000'000);
  ConfigTable brake = table.table("brake");
  read(brake, "copies_per_hour", policy.brake.copies_per_hour, 1, 1'000'000'000);
  read(brake, "copies_per_tenant_per_hour", policy.brake.copies_per_tenant_per_hour, 0,
       1'000'000'000);
  read(brake, "known_sender_mails", policy.brake.known_sender_mails, 0, 10'000);
  read(brake, "copies_per_known_sender_per_hour", policy.brake.copies_per_known_sender_per_hour, 1,
       1'000'000'000);
  read(brake, "copies_per_rule_per_hour", policy.brake.copies_per_rule_per_hour, 1, 1'000'000'000);
  read(brake, "copies_per_sender_domain_per_hour", policy.brake.copies_per_sender_domain_per_hour,
       1, 1'000'000'000);
}

// "127.0.0.1:9464", "[::1]:9464", "localhost:9464".
bool is_loopback_address(std::string_view address) {
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == address.size()) return false;
  const std::string_view host = address.substr(0, colon), port = address.substr(colon + 1);
  if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos)
    return false;
  if (host == "localhost" || host == "[::1]") return true;
  return host.starts_with("127.") &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

void read_url(ConfigTable& table, std::string_view name, std::string& url) {
  read(table, name, url);
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
  read(table, "proxy", proxy);
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
  read(table, "client_id", graph.client_id);
  read(table, "certificate_file", graph.certificate_file);
  read(table, "key_file", graph.key_file);
  graph.certificate_algorithm =
      table.choice("certificate_algorithm", {"PS256", "RS256"}, graph.certificate_algorithm);
  read(table, "client_secret_file", graph.client_secret_file);
  graph.managed_identity = table.flag("managed_identity", false);
  read(table, "federated_token_file", graph.federated_token_file);
  read_url(table, "login_url", graph.login_url);
  read_url(table, "graph_url", graph.graph_url);
  read_proxy(table, graph.proxy);
  read(table, "ca_file", graph.ca_file);
  // Exchange Online allows four at a time for one app in one mailbox (microsoft_graph 1.12).
  read(table, "requests_per_mailbox", graph.requests_per_mailbox, 1, 4);
  read(table, "requests_in_flight", graph.requests_in_flight, 1, 256);
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
  read(table, "overrides_file", directory.overrides_file);
  directory.vip_groups = lower_all(table.texts("vip_groups"));
}

PolicyFor read_policy_for(ConfigTable table, const PolicySettings& policy) {
  PolicyFor some;
  some.policy = policy;
  some.domains = lower_all(table.texts("domains"));
  some.mailboxes = lower_all(table.texts("mailboxes"));
  some.groups = lower_all(table.texts("groups"));
  read_actions(table, some.policy);
  if (some.domains.empty() && some.mailboxes.empty() && some.groups.empty())
    table.complain("domains", "policy_for needs domains, mailboxes or groups");
  return some;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

PhishingSimulation read_simulation(ConfigTable table) {
  PhishingSimulation simulation;
  read(table, "name", simulation.name);
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
  read(table, "name", tenant.name);
  read(table, "tenant_id", tenant.tenant_id);
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

AlertSurroundings surroundings_of_alerts(const Configuration& configuration) {
  AlertSurroundings around;
  for (const TenantSettings& tenant : configuration.tenants) {
    around.tenants.push_back(tenant.name);
    for (const std::string& address : tenant.journal_addresses)
      around.journal_addresses.push_back(address);
  }
  return around;
}

void read_log(ConfigTable table, Configuration& configuration) {
  configuration.log_format = table.choice("format", {"text", "json"}, configuration.log_format);
  configuration.log_level =
      table.choice("level", {"debug", "info", "warning", "error"}, configuration.log_level);
}

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

}  // namespace

std::string_view name_of(Action action) {
  switch (action) {
    case Action::none: return "none";
    case Action::junk: return "junk";
    case Action::deleted_items: return "deleted_items";
    case Action::recoverable: return "recoverable";
    case Action::purge: return "purge";
  }
  return "none";
}

std::optional<Action> parse_action(std::string_view name) {
  for (const Action action :
       {Action::none, Action::junk, Action::deleted_items, Action::recoverable, Action::purge})
    if (name == name_of(action)) return action;
  return std::nullopt;
}

std::string PathSettings::released_mails() const {
  return directory_of(database) + "/released_mails";
}

std::string PathSettings::recorded_mark() const {
  return directory_of(database) + "/recorded_mark/recorded";
}
std::string PathSettings::verdict_socket() const {
  return runtime + "/verdict.socket";
}
std::string PathSettings::control_socket() const {
  return runtime + "/control.socket";
}
std::string PathSettings::process_table() const {
  return runtime + "/processes.json";
}

const TenantSettings* Configuration::find_tenant(std::string_view name) const {
  for (const TenantSettings& tenant : tenants)
    if (tenant.name == name) return &tenant;
  return nullptr;
}

std::string shared_file_path(std::string_view name) {
  char executable[4096];
  const ssize_t length = ::readlink("/proc/self/exe", executable, sizeof executable);
  const std::string path(executable, length < 0 ? 0 : static_cast<std::size_t>(length));
  return directory_of(directory_of(path)) + "/share/secondlook/" + std::string(name);
}

std::vector<std::string> rule_paths(const AnalyzerSettings& settings) {
  if (!settings.rules.empty()) return settings.rules;
  std::vector<std::string> paths;
  for (const std::string& path : {shared_file_path("rules"), std::string("/etc/secondlook/rules")})
    if (::access(path.c_str(), R_OK) == 0) paths.push_back(path);
  return paths;
}

Result<Configuration> find_configuration(const std::string& from_command_line) {
  if (!from_command_line.empty()) return load_configuration(from_command_line);
  if (const char* path = std::getenv("SECONDLOOK_CONFIG"); path != nullptr && *path != '\0')
    return load_configuration(path);
  const std::string standard = "/etc/secondlook/secondlook.toml";
  if (::access(standard.c_str(), F_OK) == 0) return load_configuration(standard);
  return Configuration{};
}

std::string redacted_address(std::string_view address) {
  const std::size_t at = std::min(address.rfind('@'), address.size());
  std::size_t shown = at > 6 ? 3 : std::min<std::size_t>(at, 1);
  // No half characters (UTF-8).
  while (shown > 0 && (static_cast<unsigned char>(address[shown]) & 0xC0) == 0x80 && shown < at)
    --shown;
  return std::string(address.substr(0, shown)) + "…" + std::string(address.substr(at));
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end + 1 != text.data() + text.size() || count < 0 ||
      count > 1'000'000'000)
    return std::nullopt;
  switch (*end) {
    case 's': return std::chrono::seconds(count);
    case 'm': return std::chrono::minutes(count);
    case 'h': return std::chrono::hours(count);
    case 'd': return std::chrono::days(count);
    default: return std::nullopt;
  }
}

Result<Configuration> parse_configuration(std::string_view content, const std::string& path) {
  auto file = ConfigFile::parse(content, path);
  if (!file) return file.error();
  ConfigTable root = file->root();
  Configuration configuration;
  configuration.path = path;
  configuration.lang = root.choice("lang", {"en", "ja"}, configuration.lang);
  read_paths(root.table("paths"), configuration.paths);
  read_journal(root.table("journal"), configuration.journal);
  read_smtp(root.table("smtp"), configuration.smtp);
  read_analyzer(root.table("analyzer"), configuration.journal, configuration.analyzer);
  read_policy(root.table("policy"), configuration.policy);
  ConfigTable search = root.table("search");
  read(search, "retention_days", configuration.retention_days, 1, 36500);
  ConfigTable lists = root.table("lists");
  configuration.list_files = lists.texts("files", configuration.list_files);
  check_file_names(lists, "files", configuration.list_files);
  read_log(root.table("log"), configuration);
  ConfigTable metrics = root.table("metrics");
  read(metrics, "listen", configuration.metrics_listen);
  if (!configuration.metrics_listen.empty() && !is_loopback_address(configuration.metrics_listen))
    metrics.complain("listen",
                     "must be a port of this machine, as \"127.0.0.1:9464\", or \"\" for none: there is "
                     "neither TLS nor a password; put a proxy with both before it");
  configuration.require_confinement = root.table("security").flag("require_confinement", false);
  read_tenants(root, configuration);
  configuration.alerts = read_alert_settings(root, surroundings_of_alerts(configuration));
  if (auto read_whole = file->finish(); !read_whole) return read_whole.error();
  return configuration;
}

Result<Configuration> load_configuration(const std::string& path) {
  auto content = read_file(path, 1 << 20);
  if (!content) return within("configuration", content.error());
  return parse_configuration(*content, path);
}

}  // namespace secondlook
