// An alert as the bytes that each kind of channel takes. Pure functions; everything that comes from
// a mail, a tenant or a configuration is encoded for its medium here and nowhere else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "schema/store/alerts/alert_value.h"

namespace secondlook {

// Teams Workflows, "When a Teams webhook request is received": a message with one Adaptive Card 1.4
// as attachment. All texts stand in TextRuns, which know no Markdown (adaptivecards.io, TextRun);
// "{{", which begins a DATE() function there, is set apart. Below Teams' bound of 28 KB.
std::string teams_message(const Alert& alert);

// Slack incoming webhook: blocks of plain_text, which knows no mrkdwn, and a fallback text in which
// & < > are entities, so that <!channel>, <@U…> and <url|name> are mere characters.
std::string slack_message(const Alert& alert);

// The generic webhook's body; its members stand in README.md.
std::string json_message(const Alert& alert);
// "v1=" and the HMAC-SHA256, in lower-case hexadecimal, of the timestamp, a full stop and the body.
std::string json_signature(const Secret& key, std::string_view unix_time, std::string_view body);

// RFC 5424, one message without framing; at most kMostSyslog bytes, cut at the end. Facility
// local0.
inline constexpr std::size_t kMostSyslog = 2048;  // RFC 5424 6.1: receivers should take so much
enum class SyslogFormat { rfc5424, cef };
std::string syslog_message(const Alert& alert, SyslogFormat format, std::string_view hostname);
// RFC 6587 3.4.1: octet counting, for TCP and TLS.
std::string counted_frame(std::string_view message);

// A whole mail (RFC 5322, MIME), lines ending in CR LF, pure ASCII: header texts as RFC 2047 words,
// the body UTF-8 in base64. Message-ID is made from the alert's key, so that a repeated delivery is
// the same mail. Auto-Submitted (RFC 3834), so that no robot answers.
struct MailEnvelope {
  std::string from;
  std::vector<std::string> to;  // plain addresses: the configuration saw to that
};
std::string mail_message(const Alert& alert, const MailEnvelope& envelope, Timestamp now);

// RFC 2047 "B" words of UTF-8, at most 75 bytes each, folded; plain ASCII stays as it is.
std::string encoded_header_text(std::string_view text);

}  // namespace secondlook
