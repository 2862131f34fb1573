// What the processes read from secondlook.toml, with every default. The complete reference for
// people is deploy/config/secondlook.toml; a test loads it and compares it with these defaults.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/alert_settings.h"
#include "schema/directory_rule.h"

namespace secondlook {

// Where a malicious copy goes (DESIGN 5). `would_` prefixes are a matter of mode, not of action.
enum class Action { none, junk, deleted_items, recoverable, purge };
std::string_view name_of(Action action);
std::optional<Action> parse_action(std::string_view name);

struct PathSettings {
  std::string journal = "/var/lib/secondlook/journal";  // directory of the journal log
  std::string database = "/var/lib/secondlook/database/detections.db";  // file
  std::string runtime = "/run/secondlook";                              // directory of sockets
  std::string cache = "/var/cache/secondlook";                          // compiled patterns

  // Every file that two processes share is named here and nowhere else.
  std::string recorded_mark() const;   // recorded_mark/recorded beneath the database's directory
  std::string released_mails() const;  // directory beside the database: schema/released_mail.h
  std::string verdict_socket() const;  // runtime/verdict.socket
  std::string control_socket() const;  // runtime/control.socket
  std::string process_table() const;   // runtime/processes.json, written by `serve`

  bool operator==(const PathSettings&) const = default;
};

struct JournalSettings {
  std::uint64_t max_unrecorded_bytes = 20ULL << 30;
  std::uint32_t archive_days = 0;
  std::uint64_t archive_bytes = 50ULL << 30;
  std::uint64_t segment_bytes = 64ULL << 20;

  bool operator==(const JournalSettings&) const = default;
};

struct SmtpSettings {
  std::vector<std::string> listen = {"[::]:25"};  // "host:port", IPv6 in brackets; port 0 = any
  std::string hostname;                           // empty: the machine's name
  std::string tls_certificate_file;               // empty: STARTTLS is not offered
  std::string tls_key_file;
  bool require_tls = false;
  std::vector<std::string> permitted_networks;  // CIDR or "exchange_online"; empty: every peer
  std::uint64_t max_message_bytes = 350'000'000;
  std::uint32_t max_sessions = 1000;
  std::uint32_t max_sessions_per_peer = 200;
  std::uint32_t timeout_seconds = 300;  // RFC 5321 4.5.3.2: five minutes and more
  std::uint32_t drain_seconds = 30;     // at a stop, for the messages that are being sent
};

struct Thresholds {
  double malicious = 10.0;
  double suspicious = 6.0;
  double spoof = 5.0;
  double spam = 5.0;
  double bulk = 5.0;
};

struct AnalyzerSettings {
  std::uint32_t workers = 0;               // 0: one a core
  std::vector<std::string> rules;          // directories or .cf files; empty: the shipped
                                           // ones and /etc/secondlook/rules
  std::vector<std::string> host_lists;     // files of hosts and URLs found to be bad
  std::string clamav_database;             // empty: malware scanning off
  std::uint32_t score_set = 0;             // of a stock rule's four scores: which counts, from 0
  std::uint32_t seconds_per_message = 30;  // CPU time; the wall limit is ten times that
  // Both need [journal] archive_days to keep reports as long.
  std::uint32_t rescan_hours = 0;  // mail as old as this is judged again by new rules; 0: none
  std::uint32_t password_wait_hours = 0;  // between a closed attachment and its password; 0: none
  Thresholds thresholds;
};

struct BrakeSettings {
  std::uint64_t copies_per_hour = 500;           // over all tenants together
  std::uint64_t copies_per_tenant_per_hour = 0;  // 0: no limit of its own
  std::uint64_t copies_per_rule_per_hour = 200;
  std::uint64_t copies_per_sender_domain_per_hour = 200;
  // A sender with so many earlier clean mails to the tenant that passed DMARC is known, and the
  // authenticated mails of a known sender have a lower limit. 0 mails: nobody is known.
  std::uint64_t known_sender_mails = 20;
  std::uint64_t copies_per_known_sender_per_hour = 10;
};

struct PolicySettings {
  bool enforce = false;  // mode = "observe" | "enforce"
  Action malicious = Action::recoverable;
  Action suspicious = Action::junk;
  Action spoof = Action::none;
  Action spam = Action::none;
  Action bulk = Action::none;
  std::vector<std::string> protected_mailboxes;  // addresses, lower case
  bool sent_items = false;                       // the copy in an internal sender's Sent Items too
  std::uint64_t approval_above = 0;  // a retract of more copies waits for a second person; 0: none
  BrakeSettings brake;
};

// Mode and actions for some mailboxes: [[tenant.policy_for]].
struct PolicyFor {
  std::vector<std::string> domains;    // lower case
  std::vector<std::string> mailboxes;  // addresses, lower case
  std::vector<std::string> groups;  // addresses or object ids, lower case; members of members too
  PolicySettings policy;            // the tenant's, with what stands here laid over it
};

// Mails of an exercise, which the users are to see: [[tenant.simulation]].
struct PhishingSimulation {
  std::string name;
  std::vector<std::string> networks;  // CIDR, at least one
  std::string header_name;            // "X-Phish-Test"
  std::string header_value;           // the whole value, blanks around it apart
  Timestamp expires{};                // no mail received from then on is exempt
};

struct GraphSettings {
  std::string cloud = "global";  // global, usgov, dod, china
  std::string client_id;
  std::string certificate_file;  // exactly one kind of credential
  std::string key_file;
  std::string certificate_algorithm = "PS256";  // or "RS256"
  std::string client_secret_file;
  bool managed_identity = false;
  std::string federated_token_file;
  std::string login_url;  // empty: the cloud's; no trailing slash. With managed_identity: where the
                          // machine's identity service is, instead of 169.254.169.254
  std::string graph_url;  // empty: the cloud's, without "/v1.0"
  std::string proxy;      // "http://HOST:PORT"; empty: none
  std::string ca_file;    // PEM, trusted besides the system's; empty: none
  std::uint32_t requests_per_mailbox = 3;
  std::uint32_t requests_in_flight = 32;
  std::chrono::seconds give_up_after = std::chrono::hours(1);
};

// [tenant.directory]: the copy of the tenant's directory, and which mailboxes are acted on.
struct DirectorySettings {
  std::chrono::seconds sync_every = std::chrono::hours(6);  // 0: never by itself
  bool contacts = false;                   // read contacts as well: needs OrgContact.Read.All
  std::vector<DirectoryRule> include;      // empty: every mailbox
  std::vector<DirectoryRule> exclude;      // stronger than include
  std::vector<DirectoryRule> protect;      // as [policy] protected_mailboxes
  std::string overrides_file;              // CSV; empty: what `directory import` brought
  std::vector<std::string> policy_groups;  // those that [[tenant.policy_for]] names
  std::vector<std::string>
      vip_groups;  // addresses or ids, lower case: nobody outside may wear their members' names
};

struct TenantSettings {
  std::string name;                               // unique
  std::string tenant_id;                          // GUID
  std::vector<std::string> journal_addresses;     // secret; lower case
  std::vector<std::string> domains;               // accepted domains, lower case
  std::vector<std::string> report_senders;        // expected MAIL FROM; "<>" is the null path;
                                                  // empty: any
  std::string report_source = "exchange_online";  // or "on_premises"
  std::vector<std::string> gateways;          // CIDR: a filter that mail from outside passes first
  std::vector<std::string> report_mailboxes;  // where users report mail; lower case, also protected
  GraphSettings graph;
  DirectorySettings directory;
  PolicySettings policy;              // [policy] with [tenant.policy] laid over it
  std::vector<PolicyFor> policy_for;  // the first that names a mailbox holds for it
  std::vector<PhishingSimulation> simulations;
};

struct Configuration {
  std::string path;         // where it was read, empty for the defaults
  std::string lang = "en";  // or "ja": of what is said to people about mails
  PathSettings paths;
  JournalSettings journal;
  SmtpSettings smtp;
  AnalyzerSettings analyzer;
  PolicySettings policy;
  std::uint32_t retention_days = 365;   // [search]
  std::vector<std::string> list_files;  // [lists] files: absolute paths, each once
  std::string log_format = "text";      // [log]
  std::string log_level = "info";
  std::string metrics_listen = "127.0.0.1:9464";  // [metrics]; empty: none
  bool require_confinement = false;               // [security]
  std::vector<TenantSettings> tenants;
  AlertSettings alerts;

  const TenantSettings* find_tenant(std::string_view name) const;
};

// Unknown names, wrong types and values that cannot be meant are refused, all at once, each with
// file and line. Does not open the files it names (secrets, certificates): who needs them does.
Result<Configuration> load_configuration(const std::string& path);
Result<Configuration> parse_configuration(std::string_view content, const std::string& path);

// share/secondlook/NAME of the prefix that this executable stands in ("<dir of bin>/../share/..."),
// so that an installed tree and a build tree are found alike.
std::string shared_file_path(std::string_view name);

// What settings.rules means: itself, or the default places that exist.
std::vector<std::string> rule_paths(const AnalyzerSettings& settings);

// --config, else SECONDLOOK_CONFIG, else /etc/secondlook/secondlook.toml where it exists, else the
// defaults without any tenant.
Result<Configuration> find_configuration(const std::string& from_command_line);

// A journal address for logs and screens, since whoever knows it can send to it: its first three
// characters and the domain, "j-C…@journal.contoso.example"; only the first where there are no more
// than six.
std::string redacted_address(std::string_view address);

// "90s", "5m", "1h", "7d".
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace secondlook
