#include <algorithm>

#include <sys/stat.h>

#include "base/file_descriptor.h"
#include "cli/doctor.h"
#include "schema/network_list.h"

namespace secondlook {
namespace {

using State = Finding::State;

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

void check_named_files(Findings& findings, const Configuration& configuration) {
  check_file(findings, "TLS certificate", configuration.smtp.tls_certificate_file);
  check_secret(findings, "TLS key", configuration.smtp.tls_key_file);
  for (const TenantSettings& tenant : configuration.tenants) {
    const std::string of = " of tenant " + tenant.name;
    check_file(findings, "certificate" + of, tenant.graph.certificate_file);
    check_secret(findings, "key" + of, tenant.graph.key_file);
    check_secret(findings, "client secret" + of, tenant.graph.client_secret_file);
  }
}

}  // namespace

void check_files(Findings& findings, const Configuration& configuration, Timestamp now) {
  check_named_files(findings, configuration);
  check_networks(findings, configuration.smtp, now);
  check_host_lists(findings, configuration.analyzer, now);
}

}  // namespace secondlook
