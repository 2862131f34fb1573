#include "notify/alerts/alert_messages.h"
#include "notify/alerts/alert_words.h"
#include "notify/alerts/visible_text.h"

namespace secondlook {
namespace {

constexpr int kFacility = 16;  // local0
// 32473 is IANA's number for documentation and examples (RFC 5612); this project has none of its
// own.
constexpr std::string_view kDataId = "secondlook@32473";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// RFC 5424 6.2.1: error is 3, warning 4, notice 5.
int severity_number(const Alert& alert) {
  if (alert.resolved || alert.severity == AlertSeverity::info) return 5;
  return alert.severity == AlertSeverity::warning ? 4 : 2;
}

std::string with_backslashes(std::string_view text, std::string_view special) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// HOSTNAME is printable ASCII without blanks, at most 255.
std::string host_of(std::string_view hostname) {
  std::string host;
  for (const char c : hostname.substr(0, 255))
    if (c > ' ' && c < 0x7f) host += c;
  return host.empty() ? "-" : host;
}

std::string one_line(const Alert& alert) {
  const AlertWords words = words_of(alert);
  std::string line = words.title + ". " + words.sentence;
  for (const auto& [label, value] : words.facts) line += " " + label + ": " + value + ".";
  return line;
}

void add_parameter(std::string& data, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  data +=
      " " + std::string(name) + "=\"" + with_backslashes(visible_text(value, 200), "\"\\]") + "\"";
}

std::string structured_data(const Alert& alert) {
  std::string data = "[" + std::string(kDataId);
  add_parameter(data, "key", alert.key);
  add_parameter(data, "event", name_of(alert.kind));
  add_parameter(data, "state", alert.resolved ? "resolved" : "raised");
  add_parameter(data, "severity", name_of(alert.severity));
  add_parameter(data, "tenant", alert.tenant);
  add_parameter(data, "count", std::to_string(alert.count));
  if (!alert.messages.empty()) {
    std::string ids;
    for (std::size_t i = 0; i < alert.messages.size() && i < 20; ++i)
      ids += (i == 0 ? "" : ",") + std::to_string(alert.messages[i]);
    add_parameter(data, "messages", ids);
  }
  return data + "]";
}

// ArcSight Common Event Format: | and \ escaped in the head, = and \ in the extension.
std::string cef_line(const Alert& alert) {
  const AlertWords words = words_of(alert);
  const int severity = alert.resolved || alert.severity == AlertSeverity::info ? 3
                       : alert.severity == AlertSeverity::warning              ? 6
                                                                               : 9;
  std::string line = "CEF:0|secondlook|secondlook|1|" + std::string(name_of(alert.kind)) + "|" +
                     with_backslashes(words.title, "|\\") + "|" + std::to_string(severity) + "|";
  line += "externalId=" + with_backslashes(alert.key, "=\\");
  line += " outcome=" + std::string(alert.resolved ? "resolved" : "raised");
  line += " cnt=" + std::to_string(alert.count);
  if (!alert.tenant.empty())
    line += " cs1Label=tenant cs1=" + with_backslashes(visible_text(alert.tenant, 200), "=\\");
  line += " start=" + std::to_string(alert.first_at.time_since_epoch().count() / 1000);
  std::string facts = words.sentence;
  for (const auto& [label, value] : words.facts) facts += " " + label + ": " + value + ".";
  return line + " msg=" + with_backslashes(facts, "=\\");
}

}  // namespace

std::string syslog_message(const Alert& alert, SyslogFormat format, std::string_view hostname) {
  const std::string head = "<" + std::to_string(kFacility * 8 + severity_number(alert)) + ">1 " +
                           format_rfc3339(alert.last_at) + " " + host_of(hostname) +
                           " secondlook - " + std::string(name_of(alert.kind)) + " ";
  if (format == SyslogFormat::cef)
    return cut_text(head + "- " + std::string(kByteOrderMark) + cef_line(alert), kMostSyslog);
  return cut_text(
      head + structured_data(alert) + " " + std::string(kByteOrderMark) + one_line(alert),
      kMostSyslog);
}

std::string counted_frame(std::string_view message) {
  return std::to_string(message.size()) + " " + std::string(message);
}

}  // namespace secondlook
