#include "schema/configuration.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <set>
#include <utility>

#include <unistd.h>

#include "base/file_descriptor.h"
#include "schema/settings_reader.h"

namespace secondlook {
namespace {

constexpr std::int64_t kMostBytes = std::numeric_limits<std::int64_t>::max();

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

void read_paths(ConfigTable table, PathSettings& paths) {
  read_setting(table, "journal", paths.journal);
  read_setting(table, "database", paths.database);
  read_setting(table, "runtime", paths.runtime);
  read_setting(table, "cache", paths.cache);
}

void read_journal(ConfigTable table, JournalSettings& journal) {
  read_setting(table, "max_unrecorded_bytes", journal.max_unrecorded_bytes, 1 << 20, kMostBytes);
  read_setting(table, "archive_days", journal.archive_days, 0, 36500);
  read_setting(table, "archive_bytes", journal.archive_bytes, 0, kMostBytes);
  read_setting(table, "segment_bytes", journal.segment_bytes, 1 << 16, 1LL << 32);
}

void read_smtp(ConfigTable table, SmtpSettings& smtp) {
  smtp.listen = table.texts("listen", smtp.listen);
  read_setting(table, "hostname", smtp.hostname);
  read_setting(table, "tls_certificate_file", smtp.tls_certificate_file);
  read_setting(table, "tls_key_file", smtp.tls_key_file);
  smtp.require_tls = table.flag("require_tls", smtp.require_tls);
  smtp.permitted_networks = table.texts("permitted_networks", smtp.permitted_networks);
  // Exchange Online sends mails of 150 MB, a decrypted copy doubles the report: never less.
  read_setting(table, "max_message_bytes", smtp.max_message_bytes, 350'000'000, 2'000'000'000);
  read_setting(table, "max_sessions", smtp.max_sessions, 1, 100'000);
  read_setting(table, "max_sessions_per_peer", smtp.max_sessions_per_peer, 1, 100'000);
  read_setting(table, "timeout_seconds", smtp.timeout_seconds, 1, 3600);
  read_setting(table, "drain_seconds", smtp.drain_seconds, 0, 3600);
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

void read_analyzer(ConfigTable table, const JournalSettings& journal, AnalyzerSettings& analyzer) {
  read_setting(table, "workers", analyzer.workers, 0, 1024);
  analyzer.rules = table.texts("rules", analyzer.rules);
  analyzer.host_lists = table.texts("host_lists", analyzer.host_lists);
  check_file_names(table, "host_lists", analyzer.host_lists);
  read_setting(table, "clamav_database", analyzer.clamav_database);
  read_setting(table, "score_set", analyzer.score_set, 0, 3);
  read_setting(table, "seconds_per_message", analyzer.seconds_per_message, 1, 3600);
  const std::int64_t kept = 24LL * journal.archive_days;
  const auto read_hours = [&](std::string_view name, std::uint32_t& hours) {
    read_setting(table, name, hours, 0, 24 * 366);
    if (hours > kept)
      table.complain(name, "is longer than reports are kept: [journal] archive_days is " +
                               std::to_string(journal.archive_days));
  };
  read_hours("rescan_hours", analyzer.rescan_hours);
  read_hours("password_wait_hours", analyzer.password_wait_hours);
  read_thresholds(table.table("thresholds"), analyzer.thresholds);
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

void read_setting(ConfigTable& table, std::string_view name, std::string& value) {
  value = table.text(name, value);
}

std::vector<std::string> lower_all(std::vector<std::string> texts) {
  for (std::string& text : texts) text = lower(std::move(text));
  return texts;
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
  read_setting(search, "retention_days", configuration.retention_days, 1, 36500);
  ConfigTable lists = root.table("lists");
  configuration.list_files = lists.texts("files", configuration.list_files);
  check_file_names(lists, "files", configuration.list_files);
  read_log(root.table("log"), configuration);
  ConfigTable metrics = root.table("metrics");
  read_setting(metrics, "listen", configuration.metrics_listen);
  if (!configuration.metrics_listen.empty() && !is_loopback_address(configuration.metrics_listen))
    metrics.complain(
        "listen",
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
