#include "schema/alert_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

#include "base/config_file.h"
#include "schema/configuration.h"

namespace secondlook {
namespace {

struct NamedKind {
  AlertKind kind;
  std::string_view name;
  AlertSeverity severity;
};
constexpr std::array kKinds = {
    NamedKind{AlertKind::malicious_removed, "malicious_removed", AlertSeverity::info},
    NamedKind{AlertKind::removal_failed, "removal_failed", AlertSeverity::critical},
    NamedKind{AlertKind::brake_engaged, "brake_engaged", AlertSeverity::critical},
    NamedKind{AlertKind::brake_released, "brake_released", AlertSeverity::info},
    NamedKind{AlertKind::graph_refused, "graph_refused", AlertSeverity::critical},
    NamedKind{AlertKind::forged_report, "forged_report", AlertSeverity::warning},
    NamedKind{AlertKind::approval_waiting, "approval_waiting", AlertSeverity::warning},
    NamedKind{AlertKind::journal_silence, "journal_silence", AlertSeverity::critical},
    NamedKind{AlertKind::unscanned_rate, "unscanned_rate", AlertSeverity::warning},
    NamedKind{AlertKind::certificate_expiring, "certificate_expiring", AlertSeverity::warning},
    NamedKind{AlertKind::space_low, "space_low", AlertSeverity::warning},
    NamedKind{AlertKind::test, "test", AlertSeverity::info},
};
constexpr std::array<std::string_view, 3> kSeverities = {"info", "warning", "critical"};
constexpr std::array<std::string_view, 5> kChannelKinds = {"teams", "slack", "json", "syslog",
                                                           "smtp"};

std::string lower(std::string text) {
  for (char& letter : text)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + 32);
  return text;
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

// For an envelope and a header: one address and nothing else. RFC 5321's quoted local parts are
// refused, nobody's alerts go there.
bool is_plain_address(std::string_view address) {
  const auto at = address.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < address.size() &&
         address.size() <= 254 && address.find('@', at + 1) == std::string_view::npos &&
         std::all_of(address.begin(), address.end(), [](char c) {
           return c > ' ' && c < 0x7f &&
                  std::string_view("<>()[]\\,;:\"").find(c) == std::string_view::npos;
         });
}

void read_seconds(ConfigTable& table, std::string_view name, std::chrono::seconds& value,
                  std::chrono::seconds least) {
  if (!table.has(name)) return;
  const auto duration = parse_duration(table.text(name));
  if (duration && *duration >= least && *duration <= std::chrono::days(366))
    value = *duration;
  else
    table.complain(name, "must be a duration such as \"30s\", \"5m\", \"1h\", \"7d\"");
}

template <typename Number>
void read_number(ConfigTable& table, std::string_view name, Number& value, std::int64_t least,
                 std::int64_t most) {
  value = static_cast<Number>(table.integer(name, static_cast<std::int64_t>(value), least, most));
}

void check_path(ConfigTable& table, std::string_view name, const std::string& path) {
  if (!path.empty() && path.front() != '/') table.complain(name, "must be a path from / on");
}

void check_server(ConfigTable& table, const std::string& server) {
  const auto colon = server.rfind(':');
  const bool has_port = colon != std::string::npos && colon > 0 && colon + 1 < server.size() &&
                        server.find_first_not_of("0123456789", colon + 1) == std::string::npos;
  if (!has_port) table.complain("server", "must be \"host:port\"");
}

void check_webhook(ConfigTable& table, const AlertChannel& channel) {
  if (channel.url_file.empty())
    table.complain("url_file", "is missing: a file with the webhook's URL, which is a secret");
  for (const char* name : {"server", "transport", "format", "user", "password_file", "from", "to"})
    if (table.has(name)) table.complain(name, "is of syslog or smtp channels only");
  if (channel.kind != AlertChannelKind::json && !channel.hmac_key_file.empty())
    table.complain("hmac_key_file", "is of json channels only: Teams and Slack check no signature");
}

void check_syslog(ConfigTable& table, const AlertChannel& channel) {
  check_server(table, channel.server);
  for (const char* name : {"url_file", "hmac_key_file", "user", "password_file", "from", "to"})
    if (table.has(name)) table.complain(name, "is not of syslog channels");
}

void check_smtp(ConfigTable& table, const AlertChannel& channel,
                const AlertSurroundings& surroundings) {
  check_server(table, channel.server);
  for (const char* name : {"url_file", "hmac_key_file", "format"})
    if (table.has(name)) table.complain(name, "is not of smtp channels");
  if (channel.transport == "none" && !is_loopback_server(channel.server))
    table.complain("transport", "\"none\" is for loopback addresses only");
  if (channel.user.empty() != channel.password_file.empty())
    table.complain("password_file", "user and password_file go together");
  if (!is_plain_address(channel.from)) table.complain("from", "must be a mail address");
  if (channel.to.empty()) table.complain("to", "is missing");
  for (const std::string& to : channel.to) {
    if (!is_plain_address(to)) table.complain("to", "\"" + to + "\" is no mail address");
    const auto& journal = surroundings.journal_addresses;
    if (std::find(journal.begin(), journal.end(), lower(to)) != journal.end())
      table.complain("to", "is a journal address: each alert would come back as a report");
  }
}

AlertChannel read_channel(ConfigTable table, const AlertSurroundings& surroundings) {
  AlertChannel channel;
  channel.name = table.text("name");
  if (!is_plain_name(channel.name))
    table.complain("name", "must be letters, digits, - and _, at most 64");
  const std::string kind =
      table.choice("kind", {kChannelKinds.begin(), kChannelKinds.end()}, "json");
  for (std::size_t i = 0; i < kChannelKinds.size(); ++i)
    if (kind == kChannelKinds[i]) channel.kind = static_cast<AlertChannelKind>(i);
  channel.url_file = table.text("url_file");
  channel.hmac_key_file = table.text("hmac_key_file");
  channel.ca_file = table.text("ca_file");
  channel.server = table.text("server");
  const bool is_mail = channel.kind == AlertChannelKind::smtp;
  channel.transport = is_mail ? table.choice("transport", {"starttls", "tls", "none"}, "starttls")
                              : table.choice("transport", {"udp", "tcp", "tls"}, "tls");
  channel.format = table.choice("format", {"rfc5424", "cef"}, channel.format);
  channel.user = table.text("user");
  channel.password_file = table.text("password_file");
  channel.from = table.text("from");
  channel.to = table.texts("to");
  read_seconds(table, "give_up_after", channel.give_up_after, std::chrono::minutes(1));
  check_path(table, "url_file", channel.url_file);
  check_path(table, "hmac_key_file", channel.hmac_key_file);
  check_path(table, "password_file", channel.password_file);
  check_path(table, "ca_file", channel.ca_file);
  if (channel.kind == AlertChannelKind::syslog)
    check_syslog(table, channel);
  else if (is_mail)
    check_smtp(table, channel, surroundings);
  else
    check_webhook(table, channel);
  return channel;
}

void read_events(ConfigTable& table, AlertRule& rule) {
  for (const std::string& name : table.texts("events")) {
    const auto kind = parse_alert_kind(name);
    if (kind && *kind != AlertKind::test) {
      rule.events.push_back(*kind);
      continue;
    }
    std::string known;
    for (const NamedKind& one : kKinds)
      if (one.kind != AlertKind::test) known += (known.empty() ? "" : ", ") + std::string(one.name);
    table.complain("events", "\"" + name + "\" is no event; there are " + known);
  }
}

void check_names(ConfigTable& table, std::string_view name, const std::vector<std::string>& names,
                 const std::vector<std::string>& known, std::string_view what) {
  for (const std::string& one : names)
    if (std::find(known.begin(), known.end(), one) == known.end())
      table.complain(name, "there is no " + std::string(what) + " \"" + one + "\"");
}

AlertRule read_rule(ConfigTable table, const AlertSettings& settings,
                    const AlertSurroundings& surroundings) {
  AlertRule rule;
  rule.name = table.text("name");
  if (!is_plain_name(rule.name))
    table.complain("name", "must be letters, digits, - and _, at most 64");
  read_events(table, rule);
  rule.tenants = table.texts("tenants");
  check_names(table, "tenants", rule.tenants, surroundings.tenants, "[[tenant]]");
  rule.least_severity =
      parse_alert_severity(
          table.choice("severity", {kSeverities.begin(), kSeverities.end()}, "info"))
          .value_or(AlertSeverity::info);
  rule.channels = table.texts("channels");
  std::vector<std::string> channels;
  for (const AlertChannel& channel : settings.channels) channels.push_back(channel.name);
  check_names(table, "channels", rule.channels, channels, "[[alert_channel]]");
  if (rule.channels.empty()) table.complain("channels", "is missing");
  read_seconds(table, "group_for", rule.group_for, std::chrono::seconds(0));
  if (rule.group_for > std::chrono::hours(1)) table.complain("group_for", "is at most \"1h\"");
  read_number(table, "most_an_hour", rule.most_an_hour, 1, 3600);
  if (const std::string quiet = table.text("quiet_hours"); !quiet.empty()) {
    if (const auto hours = parse_quiet_hours(quiet))
      rule.quiet_hours = *hours;
    else
      table.complain("quiet_hours", "must be \"HH:MM-HH:MM\" of the machine's local time");
  }
  rule.language = table.choice("lang", {"en", "ja"}, "en") == "ja" ? AlertLanguage::japanese
                                                                   : AlertLanguage::english;
  rule.addresses = table.flag("addresses", rule.addresses);
  rule.subject = table.flag("subject", rule.subject);
  return rule;
}

std::optional<std::uint32_t> parse_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t place : {0U, 1U, 3U, 4U})
    if (text[place] < '0' || text[place] > '9') return std::nullopt;
  const auto digit = [&](std::size_t at) { return static_cast<std::uint32_t>(text[at] - '0'); };
  const std::uint32_t hours = digit(0) * 10 + digit(1);
  const std::uint32_t minutes = digit(3) * 10 + digit(4);
  if (hours > 24 || minutes > 59 || hours * 60 + minutes > 24 * 60) return std::nullopt;
  return hours * 60 + minutes;
}

}  // namespace

std::string_view name_of(AlertKind kind) {
  return kKinds.at(static_cast<std::size_t>(kind)).name;
}

AlertSeverity severity_of(AlertKind kind) {
  return kKinds.at(static_cast<std::size_t>(kind)).severity;
}

std::optional<AlertKind> parse_alert_kind(std::string_view name) {
  for (const NamedKind& one : kKinds)
    if (one.name == name) return one.kind;
  return std::nullopt;
}

const std::vector<AlertKind>& all_alert_kinds() {
  static const std::vector<AlertKind> kinds = [] {
    std::vector<AlertKind> all;
    for (const NamedKind& one : kKinds) all.push_back(one.kind);
    return all;
  }();
  return kinds;
}

std::string_view name_of(AlertSeverity severity) {
  return kSeverities.at(static_cast<std::size_t>(severity));
}

std::optional<AlertSeverity> parse_alert_severity(std::string_view name) {
  for (std::size_t i = 0; i < kSeverities.size(); ++i)
    if (kSeverities[i] == name) return static_cast<AlertSeverity>(i);
  return std::nullopt;
}

std::string_view name_of(AlertChannelKind kind) {
  return kChannelKinds.at(static_cast<std::size_t>(kind));
}

const AlertChannel* AlertSettings::find_channel(std::string_view name) const {
  for (const AlertChannel& channel : channels)
    if (channel.name == name) return &channel;
  return nullptr;
}

std::optional<QuietHours> parse_quiet_hours(std::string_view text) {
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  const auto from = parse_clock(text.substr(0, 5));
  const auto to = parse_clock(text.substr(6));
  if (!from || !to) return std::nullopt;
  return QuietHours{*from % (24 * 60), *to % (24 * 60)};
}

bool is_loopback_server(std::string_view server) {
  const std::string_view host = server.substr(0, std::min(server.rfind(':'), server.size()));
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

bool is_loopback_or_https(std::string_view url) {
  if (url.starts_with("https://")) return true;
  for (const std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
    if (!url.starts_with(host)) continue;
    std::string_view rest = url.substr(host.size());
    if (rest.starts_with(':'))  // a port, not a password: "http://127.0.0.1:80@elsewhere"
      rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
    return rest.empty() || rest.front() == '/';
  }
  return false;
}

AlertSettings read_alert_settings(ConfigTable& root, const AlertSurroundings& surroundings) {
  AlertSettings settings;
  ConfigTable table = root.table("alerts");
  settings.database = table.text("database", settings.database);
  check_path(table, "database", settings.database);
  if (const std::string silence = table.text("journal_silence", "usual"); silence != "usual") {
    const auto duration = parse_duration(silence);
    if (duration && *duration >= std::chrono::minutes(1))
      settings.journal_silence = *duration;
    else
      table.complain("journal_silence", "must be \"usual\" or a duration of a minute or more");
  }
  read_number(table, "unscanned_percent", settings.unscanned_percent, 0, 100);
  read_number(table, "certificate_days", settings.certificate_days, 0, 365);
  read_number(table, "space_percent", settings.space_percent, 0, 100);
  read_seconds(table, "repeat_after", settings.repeat_after, std::chrono::minutes(5));
  std::set<std::string> names;
  for (ConfigTable& channel : root.tables("alert_channel")) {
    settings.channels.push_back(read_channel(channel, surroundings));
    if (!names.insert(settings.channels.back().name).second)
      channel.complain("name", "two channels have this name");
  }
  names.clear();
  for (ConfigTable& rule : root.tables("alert")) {
    settings.rules.push_back(read_rule(rule, settings, surroundings));
    if (!names.insert(settings.rules.back().name).second)
      rule.complain("name", "two alerts have this name");
  }
  return settings;
}

}  // namespace secondlook
