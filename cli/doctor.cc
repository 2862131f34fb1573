#include "cli/doctor.h"

#include <algorithm>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "cli/child_process.h"
#include "cli/control_client.h"
#include "cli/process_table.h"
#include "schema/network_list.h"

namespace secondlook {
namespace {

using Findings = std::vector<Finding>;
using State = Finding::State;

constexpr std::chrono::seconds kAnswerPatience{10};
constexpr std::chrono::minutes kRulesPatience{5};
constexpr std::uint64_t kLittleSpace = 1ULL << 30;

void add(Findings& findings, State state, std::string check, std::string finding,
         std::string advice = "") {
  findings.push_back({state, std::move(check), std::move(finding), std::move(advice)});
}

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

void check_networks(Findings& findings, const SmtpSettings& smtp, Timestamp now) {
  const auto& permitted = smtp.permitted_networks;
  if (permitted.empty())
    return add(findings, State::warning, "permitted networks", "every peer may connect",
               "set [smtp] permitted_networks = [\"exchange_online\"], or name networks");
  if (std::find(permitted.begin(), permitted.end(), kExchangeOnline) == permitted.end()) return;
  const std::string path = exchange_online_networks_path();
  const auto text = read_file(path, 1 << 20);
  const auto list = text ? parse_network_list(*text) : Result<NetworkList>(text.error());
  if (!list)
    return add(findings, State::problem, "permitted networks", within(path, list.error()).message,
               "install the file anew, from deploy/config");
  const std::string finding = path + " of " + format_rfc3339(list->written).substr(0, 10);
  if (list->is_old(now))
    add(findings, State::warning, "permitted networks", finding,
        "older than 180 days: refresh it, the file says how");
  else
    add(findings, State::good, "permitted networks", finding);
}

constexpr std::chrono::days kOldHostList{7};

void check_host_lists(Findings& findings, const AnalyzerSettings& analyzer, Timestamp now) {
  for (const std::string& path : analyzer.host_lists) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) {
      add(findings, State::problem, "host list", path + " is not there",
          "put it there or take it out of [analyzer] host_lists");
      continue;
    }
    const Timestamp modified{std::chrono::seconds(facts.st_mtim.tv_sec)};
    const std::string finding = path + " of " + format_rfc3339(modified).substr(0, 10);
    if (now - modified > kOldHostList)
      add(findings, State::warning, "host list", finding,
          "older than 7 days: fetch it anew, then reload");
    else
      add(findings, State::good, "host list", finding);
  }
}

void check_file(Findings& findings, const std::string& check, const std::string& path) {
  if (path.empty()) return;
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0)
    add(findings, State::problem, check, path + " is not there",
        "put it there or correct the name");
  else
    add(findings, State::good, check, path);
}

// Secrets: readable by owner and group at most, as the process that reads them demands.
void check_secret(Findings& findings, const std::string& check, const std::string& path) {
  if (path.empty()) return;
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0 && (facts.st_mode & S_IRWXO) != 0)
    add(findings, State::problem, check, path + " can be read by everybody", "chmod 0640 " + path);
  else
    check_file(findings, check, path);
}

void check_files(Findings& findings, const Configuration& configuration) {
  check_file(findings, "TLS certificate", configuration.smtp.tls_certificate_file);
  check_secret(findings, "TLS key", configuration.smtp.tls_key_file);
  for (const TenantSettings& tenant : configuration.tenants) {
    const std::string of = " of tenant " + tenant.name;
    check_file(findings, "certificate" + of, tenant.graph.certificate_file);
    check_secret(findings, "key" + of, tenant.graph.key_file);
    check_secret(findings, "client secret" + of, tenant.graph.client_secret_file);
  }
}

void check_directory(Findings& findings, const std::string& check, const std::string& path) {
  struct statvfs facts {};
  if (::statvfs(path.c_str(), &facts) != 0)
    return add(findings, State::problem, check, path + " is not there",
               "`secondlook serve` makes it; as another user than root make it yourself");
  const std::uint64_t free = facts.f_bavail * facts.f_frsize;
  const std::string finding = path + ", " + std::to_string(free >> 20) + " MiB free";
  if (free < kLittleSpace)
    add(findings, State::warning, check, finding, "below 1 GiB: reports will be deferred (4xx)");
  else
    add(findings, State::good, check, finding);
}

void check_directories(Findings& findings, const PathSettings& paths) {
  const auto slash = paths.database.rfind('/');
  check_directory(findings, "journal directory", paths.journal);
  check_directory(findings, "database directory",
                  slash == std::string::npos ? "." : paths.database.substr(0, slash + 1));
  struct stat facts {};
  if (::stat(paths.runtime.c_str(), &facts) == 0)
    add(findings, State::good, "runtime directory", paths.runtime);
  else
    add(findings, State::problem, "runtime directory", paths.runtime + " is not there",
        "start the service: `secondlook serve`");
}

void check_processes(Findings& findings, const PathSettings& paths) {
  const auto table = read_process_table(paths.process_table());
  if (!table || !is_alive(*table))
    return add(findings, State::problem, "service", "does not run",
               "systemctl start secondlook, or `secondlook serve`");
  for (const ProcessEntry& entry : table->processes) {
    const bool ready = entry.state == ProcessState::ready;
    add(findings, ready ? State::good : State::problem, entry.name,
        std::string(name_of(entry.state)) + (entry.detail.empty() ? "" : ", " + entry.detail),
        ready ? "" : "read the service's log; it says why the process ended or what it waits for");
    if (entry.confinement.find("without-") != std::string::npos)
      add(findings, State::warning, "confinement", entry.name + ": " + entry.confinement,
          "a newer kernel, or one that has Landlock switched on, confines it wholly");
  }
  if (!table->separate_users)
    add(findings, State::warning, "users", "all processes run as one user",
        "start `secondlook serve` as root, with the users secondlook-ingest, secondlook-analyzer "
        "and secondlook-remediation");
}

void check_control_socket(Findings& findings, const PathSettings& paths) {
  ControlRequest request;
  request.command = "status";
  const auto answer = ask_service(
      paths.control_socket(), request, [](std::string_view) {}, kAnswerPatience);
  if (answer.outcome == ServiceAnswer::Outcome::done)
    add(findings, State::good, "control socket", paths.control_socket() + " answers");
  else
    add(findings, State::problem, "control socket", answer.error.message,
        "see service; if it runs, your user needs the group secondlook-readers");
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

void check_malware(Findings& findings, const AnalyzerSettings& analyzer) {
  if (analyzer.clamav_database.empty())
    add(findings, State::warning, "malware scanning", "off: no ClamAV database is set",
        "install clamav-freshclam, set [analyzer] clamav_database = \"/var/lib/clamav\"");
  else
    check_file(findings, "ClamAV database", analyzer.clamav_database);
}

}  // namespace

std::string_view name_of(Finding::State state) {
  switch (state) {
    case State::good: return "good";
    case State::warning: return "warning";
    case State::problem: return "problem";
  }
  return "problem";
}

std::vector<Finding> examine(const Configuration& configuration, const std::string& analyzer,
                             Timestamp now) {
  Findings findings;
  check_configuration(findings, configuration);
  check_tenants(findings, configuration.tenants);
  check_networks(findings, configuration.smtp, now);
  check_files(findings, configuration);
  check_directories(findings, configuration.paths);
  check_processes(findings, configuration.paths);
  check_control_socket(findings, configuration.paths);
  check_rules(findings, configuration, analyzer);
  check_host_lists(findings, configuration.analyzer, now);
  check_malware(findings, configuration.analyzer);
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
