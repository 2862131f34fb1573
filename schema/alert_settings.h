// Who is told of what, and how: [alerts], [[alert_channel]] and [[alert]] of secondlook.toml. What
// the values mean stands in deploy/config/secondlook.toml and notify/alerts/README.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

class ConfigTable;

// Facts are written by remediation (schema/store/schema_15.h), conditions are found by the
// notifier.
enum class AlertKind {
  malicious_removed,     // fact: a copy of a malicious mail was taken out by itself
  removal_failed,        // fact: a copy could not be moved
  brake_engaged,         // fact
  brake_released,        // fact
  graph_refused,         // fact: a token or a permission was refused
  forged_report,         // fact
  approval_waiting,      // fact: a retract waits for a second person
  journal_silence,       // condition: no report in a time that usually has some
  unscanned_rate,        // condition
  certificate_expiring,  // condition: TLS or Graph app
  space_low,             // condition: log or database near its bound
  test                   // asked for by `secondlook alerts test`
};
std::string_view name_of(AlertKind kind);
std::optional<AlertKind> parse_alert_kind(std::string_view name);
const std::vector<AlertKind>& all_alert_kinds();

enum class AlertSeverity { info, warning, critical };
std::string_view name_of(AlertSeverity severity);
std::optional<AlertSeverity> parse_alert_severity(std::string_view name);
AlertSeverity severity_of(AlertKind kind);

enum class AlertLanguage { english, japanese };

enum class AlertChannelKind { teams, slack, json, syslog, smtp };
std::string_view name_of(AlertChannelKind kind);

struct AlertChannel {
  std::string name;  // unique: letters, digits, - and _
  AlertChannelKind kind = AlertChannelKind::json;
  std::string url_file;             // teams, slack, json: a secret, https:// or http:// on loopback
  std::string hmac_key_file;        // json: a secret; empty: not signed
  std::string ca_file;              // PEM, trusted besides the system's; empty: none
  std::string server;               // syslog, smtp: "host:port", IPv6 in brackets
  std::string transport = "tls";    // syslog: "udp", "tcp", "tls"; smtp: "starttls", "tls", "none"
  std::string format = "rfc5424";   // syslog: or "cef" in the message
  std::string user, password_file;  // smtp: AUTH; the password is a secret
  std::string from;                 // smtp
  std::vector<std::string> to;      // smtp
  std::chrono::seconds give_up_after = std::chrono::hours(24);
};

// Minutes of the machine's local day; from > to goes over midnight; equal: none.
struct QuietHours {
  std::uint32_t from = 0, to = 0;
  bool operator==(const QuietHours&) const = default;
};

struct AlertRule {
  std::string name;               // unique
  std::vector<AlertKind> events;  // empty: all
  std::vector<std::string>
      tenants;  // empty: all; what concerns the whole installation always counts
  AlertSeverity least_severity = AlertSeverity::info;
  std::vector<std::string> channels;  // at least one
  std::chrono::seconds group_for{
      10};  // what comes within it of the first is one alert; 0: each its own
  std::uint32_t most_an_hour = 30;  // beyond it alerts grow instead of becoming more
  QuietHours quiet_hours;           // held back until their end, but for critical ones
  AlertLanguage language = AlertLanguage::english;
  bool addresses = false;  // mailboxes and senders are told
  bool subject = false;    // subjects are told
};

struct AlertSettings {
  std::string database = "/var/lib/secondlook/notify/alerts.db";  // the notifier's own
  std::chrono::seconds journal_silence{0};  // 0: by what is usual; else after so long, always
  std::uint32_t unscanned_percent = 5;      // of an hour's mails, once 20 came; 0: never
  std::uint32_t certificate_days = 21;      // days left; 0: never
  std::uint32_t space_percent = 80;         // of the log's bound, of the file system; 0: never
  // A condition that stays is told again.
  std::chrono::seconds repeat_after = std::chrono::hours(24);
  std::vector<AlertChannel> channels;
  std::vector<AlertRule> rules;

  const AlertChannel* find_channel(std::string_view name) const;
};

// What stands beside it in the file, and alerts have to fit: names of tenants, and the journal
// addresses, to which no alert may be sent (each would be a report of itself).
struct AlertSurroundings {
  std::vector<std::string> tenants;
  std::vector<std::string> journal_addresses;  // lower case
};
AlertSettings read_alert_settings(ConfigTable& root, const AlertSurroundings& surroundings);

// "22:00-07:00".
std::optional<QuietHours> parse_quiet_hours(std::string_view text);

// "host:port" of a loopback address: there, plain transport is permitted.
bool is_loopback_server(std::string_view server);
bool is_loopback_or_https(std::string_view url);

}  // namespace secondlook
