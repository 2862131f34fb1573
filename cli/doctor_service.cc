#include <algorithm>

#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/timex.h>

#include "cli/control_client.h"
#include "cli/doctor.h"
#include "schema/process_table.h"

namespace secondlook {
namespace {

using nlohmann::json;
using State = Finding::State;

constexpr std::chrono::seconds kAnswerPatience{10};
constexpr std::chrono::seconds kGraphPatience{90};
constexpr std::int64_t kSkewed = 30;  // seconds: DKIM, tokens and time comparisons begin to suffer
constexpr std::int64_t kUnusable = 270;  // Entra refuses assertions from five minutes on

std::string text(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<std::int64_t> number(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? std::optional(found->get<std::int64_t>())
                                                     : std::nullopt;
}

std::string list_text(const json& object, const char* name) {
  std::string list;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) return list;
  for (const json& one : *found)
    if (one.is_string()) list += (list.empty() ? "" : ", ") + one.get<std::string>();
  return list;
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
        "start `secondlook serve` as root, with the users secondlook-ingest, secondlook-analyzer, "
        "secondlook-remediation and secondlook-notify");
}

void check_mode(Findings& findings, const json& status) {
  const std::string mode = text(status, "mode");
  if (mode.empty()) return;
  add(findings, State::good, "mode",
      mode == "observe" ? "observe: nothing is removed, what would be is recorded" : mode);
  const auto brake = status.find("brake");
  if (brake == status.end() || !brake->is_object()) return;
  const auto engaged = brake->find("engaged");
  if (engaged != brake->end() && engaged->is_boolean() && engaged->get<bool>())
    add(findings, State::problem, "brake", "engaged: " + text(*brake, "because"),
        "nothing is removed until somebody decides: `secondlook resume`");
}

void check_directory_age(Findings& findings, const Configuration& configuration,
                         const json& status) {
  const auto all = status.find("directory");
  if (all == status.end() || !all->is_array()) return;
  for (const json& one : *all) {
    if (!one.is_object()) continue;
    const std::string name = text(one, "tenant"), error = text(one, "error");
    const std::string check = "directory of tenant " + name;
    const TenantSettings* const tenant = configuration.find_tenant(name);
    const auto every = tenant == nullptr ? std::chrono::seconds(std::chrono::hours(6))
                                         : tenant->directory.sync_every;
    const auto age = number(one, "age_seconds");
    if (!age)
      add(findings, every.count() == 0 ? State::good : State::warning, check, "never read",
          every.count() == 0 ? ""
                             : (error.empty() ? "the first reading takes minutes; "
                                              : "it failed: " + error + "; ") +
                                   "`secondlook directory sync` says more");
    else if (every.count() > 0 && *age > 3 * every.count())
      add(findings, State::warning, check,
          "read " + std::to_string(*age / 3600) + " hours ago" +
              (error.empty() ? "" : "; the last reading failed: " + error),
          "`secondlook directory sync` says why; removals go on by the old one");
    else
      add(findings, State::good, check, "read " + std::to_string(*age / 60) + " minutes ago");
  }
}

// The service's status where it answers.
std::optional<json> check_control_socket(Findings& findings, const PathSettings& paths) {
  ControlRequest request;
  request.command = "status";
  const auto answer = ask_service(
      paths.control_socket(), request, [](std::string_view) {}, kAnswerPatience);
  if (answer.outcome != ServiceAnswer::Outcome::done) {
    add(findings, State::problem, "control socket", answer.error.message,
        "see service; if it runs, your user needs the group secondlook-readers");
    return std::nullopt;
  }
  add(findings, State::good, "control socket", paths.control_socket() + " answers");
  auto status = json::parse(answer.json, nullptr, false);
  return status.is_object() ? std::optional(std::move(status)) : std::nullopt;
}

void check_permissions(Findings& findings, const json& item, const std::string& tenant) {
  const std::string check = "permissions of tenant " + tenant;
  if (item.value("roles", json()).is_null())
    return add(findings, State::good, check,
               "the token does not tell: `secondlook doctor --probe MAILBOX` tries them");
  std::string missing = list_text(item, "missing");
  const bool lacks_mail = missing.find("Mail.ReadWrite") != missing.npos;
  if (missing == "Mail.ReadWrite") missing.clear();
  if (!missing.empty())
    add(findings, State::problem, check, "missing: " + missing,
        "grant them in Entra as application permissions, with the administrator's consent");
  if (lacks_mail)
    add(findings, State::good, check,
        "no Mail.ReadWrite in the token: right where RBAC for Applications grants it; "
        "`secondlook doctor --probe MAILBOX` tries it");
  else
    add(findings, State::warning, check, "Mail.ReadWrite for every mailbox of the tenant",
        "RBAC for Applications limits it to the mailboxes that are meant "
        "(deploy/exchange_online.md); "
        "then take back this consent, else nothing is limited");
  if (const std::string beyond = list_text(item, "beyond"); !beyond.empty())
    add(findings, State::warning, check, "more than needed: " + beyond,
        "take them back in Entra: who steals the app's key has them, too");
  if (missing.empty() && !lacks_mail)
    add(findings, State::good, check, "granted: " + list_text(item, "needed"));
}

void check_skew(Findings& findings, const json& item) {
  const auto ahead = number(item, "ahead_seconds");
  if (!ahead) return;
  const std::string finding = "our clock is " + std::to_string(std::abs(*ahead)) + " s " +
                              (*ahead < 0 ? "behind" : "ahead of") + " Graph's";
  const char* const advice = "set up NTP: `timedatectl set-ntp true`, or chrony";
  if (std::abs(*ahead) > kUnusable)
    add(findings, State::problem, "clock", finding + ": signing in by certificate fails", advice);
  else if (std::abs(*ahead) > kSkewed)
    add(findings, State::warning, "clock", finding, advice);
  else
    add(findings, State::good, "clock", finding);
}

void check_graph(Findings& findings, const json& item) {
  const std::string tenant = text(item, "tenant");
  const std::string check = "Graph of tenant " + tenant;
  if (const std::string error = text(item, "sign_in_error"); !error.empty())
    return add(findings, State::problem, check, "no token: " + error,
               "the AADSTS number says why; look at client_id, tenant_id, the certificate or "
               "secret in Entra, and the clock");
  const auto status = number(item, "directory_status").value_or(0);
  const std::string code = text(item, "directory_code");
  if (status == 0)
    add(findings, State::problem, check, "signed in, and Graph does not answer: " + code,
        "look at the way out: firewall, [tenant.graph] proxy, ca_file");
  else if (status >= 300)
    add(findings, status == 429 || status >= 500 ? State::warning : State::problem, check,
        "signed in, and Graph answers " + std::to_string(status) + " " + code,
        "403: User.Read.All is missing; 429 and 5xx pass");
  else
    add(findings, State::good, check, "signed in, answers");
  check_permissions(findings, item, tenant);
}

// Only once for all tenants that have the same clock: Microsoft's.
void check_tenants_through_service(Findings& findings, const PathSettings& paths) {
  ControlRequest request;
  request.command = "tenant_check";
  request.login = login_name();
  bool is_skew_told = false;
  const auto answer = ask_service(
      paths.control_socket(), request,
      [&](std::string_view content) {
        const json item = json::parse(content, nullptr, false);
        if (!item.is_object()) return;
        check_graph(findings, item);
        if (!is_skew_told) check_skew(findings, item);
        is_skew_told = is_skew_told || number(item, "ahead_seconds").has_value();
      },
      kGraphPatience);
  if (answer.outcome != ServiceAnswer::Outcome::done)
    add(findings, State::warning, "Graph", "not asked: " + answer.error.message,
        "the service of this version answers it; restart it after an upgrade");
}

}  // namespace

void check_clock(Findings& findings) {
  timex facts{};
  const int state = ::adjtimex(&facts);
  if (state < 0) return;
  if (state == TIME_ERROR || (facts.status & STA_UNSYNC) != 0)
    add(findings, State::warning, "NTP", "the kernel's clock is not synchronised",
        "`timedatectl set-ntp true`, or chrony; a virtual machine may get its time from its host: "
        "then compare with \"clock\" below");
  else
    add(findings, State::good, "NTP", "synchronised");
}

void check_service(Findings& findings, const Configuration& configuration) {
  check_processes(findings, configuration.paths);
  const auto status = check_control_socket(findings, configuration.paths);
  if (!status) return;
  check_mode(findings, *status);
  check_directory_age(findings, configuration, *status);
  check_tenants_through_service(findings, configuration.paths);
}

}  // namespace secondlook
