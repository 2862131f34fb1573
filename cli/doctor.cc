#include "cli/doctor.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "cli/child_process.h"

namespace secondlook {
namespace {

using State = Finding::State;

constexpr std::chrono::minutes kRulesPatience{5};

void check_configuration(Findings& findings, const Configuration& configuration) {
  add(findings, State::good, "configuration",
      configuration.path.empty() ? "none: the defaults" : configuration.path);
  if (configuration.tenants.empty())
    add(findings, State::problem, "tenants", "none is configured: every recipient is refused",
        "add a [[tenant]]; deploy/config/secondlook.toml shows every name");
  if (configuration.smtp.tls_certificate_file.empty())
    add(findings, State::warning, "TLS", "STARTTLS is not offered: reports travel in the clear",
        "set [smtp] tls_certificate_file and tls_key_file");
  else if (!configuration.smtp.require_tls)
    add(findings, State::warning, "TLS", "STARTTLS is offered, and peers may do without",
        "set [smtp] require_tls = true; the connector's -TlsSettings have to ask for TLS, too");
}

void check_tenants(Findings& findings, const std::vector<TenantSettings>& tenants) {
  for (const TenantSettings& tenant : tenants)
    if (tenant.graph.client_id.empty() && !tenant.graph.managed_identity)
      add(findings, State::problem, "app of tenant " + tenant.name, "client_id is not set",
          "register the app in Entra (`secondlook setup` says how) and put its id there");
}

void check_rules(Findings& findings, const Configuration& configuration,
                 const std::string& analyzer) {
  const auto nothing = open_file("/dev/null", O_WRONLY);
  ChildPlan plan;
  plan.executable = analyzer;
  plan.arguments = {"rules", "check"};
  if (!configuration.path.empty())
    plan.arguments.insert(plan.arguments.end(), {"--config", configuration.path});
  if (nothing)
    plan.descriptors = {{nothing->number(), STDOUT_FILENO}, {nothing->number(), STDERR_FILENO}};
  const auto pid = start_child(plan);
  if (!pid)
    return add(findings, State::problem, "rules", pid.error().message,
               "install secondlook-analyzer beside secondlook");
  const int status = await_or_kill(*pid, kRulesPatience);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    add(findings, State::good, "rules", "load");
  else
    add(findings, State::problem, "rules", "the check " + how_it_ended(status),
        "`secondlook rules check` names file, line and reason");
}

// Databases and single lists as libclamav takes them (clamscan(1), "Signatures").
bool holds_signatures(const std::string& extension) {
  constexpr std::array<std::string_view, 16> kKinds = {
      ".cvd", ".cld", ".cud", ".hdb", ".hsb", ".hdu", ".hsu", ".ndb",
      ".ndu", ".ldb", ".ldu", ".mdb", ".msb", ".cdb", ".yar", ".yara"};
  return std::ranges::find(kKinds, extension) != kKinds.end();
}

// The newest of its files: freshclam replaces daily.cld several times a day.
std::optional<Timestamp> newest_signatures(const std::string& directory) {
  std::optional<Timestamp> newest;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    struct stat facts {};
    if (!holds_signatures(entry.path().extension().string()) ||
        ::stat(entry.path().c_str(), &facts) != 0)
      continue;
    const Timestamp modified{std::chrono::seconds(facts.st_mtim.tv_sec)};
    if (!newest || modified > *newest) newest = modified;
  }
  return newest;
}

void check_malware(Findings& findings, const AnalyzerSettings& analyzer, Timestamp now) {
  const std::string& directory = analyzer.clamav_database;
  if (directory.empty())
    return add(findings, State::warning, "malware scanning", "off: no ClamAV database is set",
               "install clamav-freshclam, set [analyzer] clamav_database = \"/var/lib/clamav\"");
  const auto newest = newest_signatures(directory);
  if (!newest)
    return add(findings, State::problem, "ClamAV database", directory + " holds no signatures",
               "start freshclam, or correct [analyzer] clamav_database");
  const auto age = std::chrono::floor<std::chrono::seconds>(now - *newest);
  const std::string finding =
      directory + ", of " + format_rfc3339(*newest).substr(0, 10) + ", " + days_text(age) + " old";
  if (age > std::chrono::days(7))
    add(findings, State::problem, "ClamAV database", finding,
        "freshclam does not run, or does not get through: systemctl status clamav-freshclam");
  else if (age > std::chrono::days(2))
    add(findings, State::warning, "ClamAV database", finding,
        "freshclam should fetch several times a day: systemctl status clamav-freshclam");
  else
    add(findings, State::good, "ClamAV database", finding);
}

}  // namespace

void add(Findings& findings, State state, std::string check, std::string finding,
         std::string advice) {
  findings.push_back({state, std::move(check), std::move(finding), std::move(advice)});
}

std::string days_text(std::chrono::seconds time) {
  // A time to come is a clock that was set back: none at all.
  const auto days = std::max<std::int64_t>(std::chrono::floor<std::chrono::days>(time).count(), 0);
  return std::to_string(days) + (days == 1 ? " day" : " days");
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

std::string_view name_of(Finding::State state) {
  switch (state) {
    case State::good: return "good";
    case State::warning: return "warning";
    case State::problem: return "problem";
  }
  return "problem";
}

Findings examine(const Configuration& configuration, const std::string& analyzer, Timestamp now) {
  Findings findings;
  check_configuration(findings, configuration);
  check_tenants(findings, configuration.tenants);
  check_files(findings, configuration, now);
  check_certificates(findings, configuration, now);
  check_disk(findings, configuration.paths);
  check_clock(findings);
  check_service(findings, configuration);
  check_smtp(findings, configuration);
  check_rules(findings, configuration, analyzer);
  check_malware(findings, configuration.analyzer, now);
  check_reports(findings, configuration, now);
  return findings;
}

Findings examine_without_configuration(const std::string& mistakes) {
  Findings findings;
  add(findings, State::problem, "configuration", mistakes,
      "correct the lines it names; /usr/share/secondlook/secondlook.toml shows every name");
  const Configuration defaults;
  check_disk(findings, defaults.paths);
  check_clock(findings);
  check_service(findings, defaults);
  return findings;
}

std::string to_json(const Finding& finding) {
  const nlohmann::ordered_json json = {
      {"state", name_of(finding.state)},
      {"check", finding.check},
      {"finding", finding.finding},
      {"advice", finding.advice.empty() ? nlohmann::ordered_json(nullptr)
                                        : nlohmann::ordered_json(finding.advice)}};
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace secondlook
