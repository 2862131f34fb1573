#include <algorithm>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/file_descriptor.h"
#include "cli/doctor.h"
#include "schema/store/search.h"

namespace secondlook {
namespace {

using State = Finding::State;
using std::chrono::hours;
using std::chrono::seconds;

constexpr std::size_t kMostLookedAt = 500;
constexpr std::size_t kFewest = 20;  // of mails, before a usual time can be told
constexpr seconds kNeverTooLong = hours(1);
constexpr std::chrono::days kOldBackup{8};

std::string hours_text(seconds time) {
  const auto minutes =
      std::max<std::int64_t>(std::chrono::floor<std::chrono::minutes>(time).count(), 0);
  return minutes < 120 ? std::to_string(minutes) + " minutes"
                       : std::to_string(minutes / 60) + " hours";
}

// Silence is long when it is three times the longest there was between the newest mails: nights and
// weekends count as they come.
void check_silence(Findings& findings, const Configuration& configuration, Timestamp now) {
  auto store = Store::open_read_only(configuration.paths.database);
  if (!store)
    return add(
        findings, State::warning, "journal silence",
        "not known: the database cannot be read: " + store.error().message,
        "your user needs the group secondlook-readers; before the first start there is none");
  SearchQuery query;
  query.include_all = true;
  query.limit = kMostLookedAt;
  std::vector<Timestamp> times;
  const auto searched = search(**store, query, [&](const FoundMessage& message) {
    times.push_back(message.received_at);
    return true;
  });
  if (!searched || times.empty())
    return add(findings, State::warning, "journal silence", "no report has ever come",
               "has the journal rule been made, with scope Global, and the connector? "
               "`secondlook setup` says how");
  std::ranges::sort(times, std::ranges::greater());
  seconds longest{0};
  for (std::size_t i = 1; i < times.size(); ++i)
    longest = std::max(longest, std::chrono::floor<seconds>(times[i - 1] - times[i]));
  const auto silent = std::chrono::floor<seconds>(now - times.front());
  const std::string finding = "the last report came " + hours_text(silent) + " ago";
  if (times.size() < kFewest)
    return add(findings, silent > std::chrono::days(1) ? State::warning : State::good,
               "journal silence", finding,
               silent > std::chrono::days(1) ? "is the journal rule on? Get-JournalRule" : "");
  if (silent > std::max(kNeverTooLong, 3 * longest))
    return add(findings, State::problem, "journal silence",
               finding + "; the longest pause before was " + hours_text(longest),
               "Get-JournalRule (Microsoft switches a rule off whose address it cannot reach), the "
               "connector, the firewall, the certificate; reports that could not be delivered lie "
               "at JournalingReportNdrTo: `secondlook import`");
  add(findings, State::good, "journal silence", finding);
}

bool has(const std::vector<std::string>& list, const std::string& value) {
  return std::ranges::find(list, value) != list.end();
}

// JournalingReportNdrTo is the reports' MAIL FROM, so it stands in report_senders. Sources:
// deploy/exchange_online.md, "alternate journaling mailbox".
void check_alternate_mailbox(Findings& findings, const TenantSettings& tenant) {
  const std::string check = "undeliverable reports of tenant " + tenant.name;
  if (tenant.report_source != "exchange_online") return;
  if (tenant.report_senders.empty())
    return add(findings, State::warning, check,
               "report_senders is empty: any MAIL FROM is taken for a report's",
               "set it to the address of JournalingReportNdrTo (Get-TransportConfig)");
  std::string traps;
  for (const std::string& sender : tenant.report_senders) {
    if (sender == "<>") {
      traps += (traps.empty() ? "" : "; ") +
               std::string(
                   "<> is Exchange's own without JournalingReportNdrTo: then what cannot be "
                   "delivered is lost");
      continue;
    }
    const std::string domain = sender.substr(sender.find('@') + 1);
    const bool is_protected = has(tenant.policy.protected_mailboxes, sender);
    if (has(tenant.domains, domain) && !is_protected)
      traps += (traps.empty() ? "" : "; ") + sender +
               " is in an own domain and not in protected_mailboxes";
    for (const std::string& address : tenant.journal_addresses)
      if (address.substr(address.find('@') + 1) == domain)
        traps += (traps.empty() ? "" : "; ") + sender +
                 " is in the journal address's domain: its bounces come back here and are refused";
  }
  if (traps.empty())
    add(findings, State::good, check, "go to " + tenant.report_senders.front());
  else
    add(findings, State::warning, check, traps,
        "use a mailbox of its own, outside Exchange Online, for nothing else: mail to it is never "
        "journaled, and neither transport nor inbox rules work for it");
}

void check_archive(Findings& findings, const Configuration& configuration) {
  const std::uint64_t kept = std::uint64_t{configuration.journal.archive_days} * 24;
  const AnalyzerSettings& analyzer = configuration.analyzer;
  for (const auto& [name, wanted] :
       {std::pair("rescan_hours", analyzer.rescan_hours),
        std::pair("password_wait_hours", analyzer.password_wait_hours)})
    if (wanted > kept)
      add(findings, State::warning, "archive",
          std::string("[analyzer] ") + name + " = " + std::to_string(wanted) +
              ", and reports are kept for " + std::to_string(kept) + " hours",
          "what is no longer kept cannot be judged again: set [journal] archive_days to " +
              std::to_string((wanted + 23) / 24) + " or more");
}

// Written by `secondlook backup` beside the database: {"at", "directory", "bytes"}.
void check_backup(Findings& findings, const PathSettings& paths, Timestamp now) {
  const std::string mark = parent_of(paths.database) + "/last_backup";
  const auto text = read_file(mark, 64 << 10);
  if (!text)
    return add(
        findings, State::good, "backup",
        text.error().kind == Error::Kind::not_found
            ? "none was ever made: `secondlook backup DIR` keeps what the log cannot give back"
            : "not known: " + text.error().message);
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  const auto at = json.is_object() && json.contains("at") && json["at"].is_string()
                      ? parse_rfc3339(json["at"].get<std::string>())
                      : std::nullopt;
  if (!at)
    return add(findings, State::warning, "backup", mark + " cannot be read",
               "make one: `secondlook backup DIR`");
  const auto age = std::chrono::floor<seconds>(now - *at);
  const std::string finding = "the last one is " + days_text(age) + " old";
  add(findings, age > kOldBackup ? State::warning : State::good, "backup", finding,
      age > kOldBackup ? "make one: `secondlook backup DIR`, best by a timer" : "");
}

}  // namespace

void check_reports(Findings& findings, const Configuration& configuration, Timestamp now) {
  check_silence(findings, configuration, now);
  for (const TenantSettings& tenant : configuration.tenants)
    check_alternate_mailbox(findings, tenant);
  check_archive(findings, configuration);
  check_backup(findings, configuration.paths, now);
}

}  // namespace secondlook
