#include "tests/support/journal_report_builder.h"

#include "tests/support/mail_headers.h"
#include "tests/support/transport_stamps.h"

namespace secondlook::stand_in {

namespace {

constexpr std::string_view kEndOfLine = "\r\n";

std::string field(std::string_view name, std::string_view value) {
  return std::string(name) + ": " + std::string(value) + "\r\n";
}

// A copy of the original's field, folding kept.
std::string cloned(const MailHeaders& headers, std::string_view name) {
  const MailHeader* const found = headers.find(name);
  return found == nullptr ? "" : std::string(name) + ":" + with_crlf(found->raw) + "\r\n";
}

std::string outer_header(const JournalReportDraft& report, const MailHeaders& headers,
                         const std::string& boundary) {
  std::string text = "Content-Type: multipart/mixed;\r\n\tboundary=\"" + boundary + "\"\r\n";
  text += cloned(headers, "Subject") + cloned(headers, "To") + cloned(headers, "Cc") +
          cloned(headers, "From");
  text += "MIME-Version: 1.0\r\n";
  text += "Sender:\r\n\t<MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@" +
          report.tenant_domain + ">\r\n";
  text += field("Message-ID", "<" + report.report_id + "@journal.report.generator>");
  text += field("Date", format_mail_date(report.made_at));
  if (!report.on_premises) text += field("X-MS-PublicTrafficType", "Email");
  text += "X-MS-Journal-Report:\r\n";
  text += "X-MS-Exchange-Parent-Message-Id:\r\n\t" + headers.value("Message-ID") + "\r\n";
  text += field("Auto-Submitted", "auto-generated");
  text += field("X-MS-Exchange-Generated-Message-Source", "Journal Agent");
  if (!report.on_premises) {
    text += field("X-MS-TrafficTypeDiagnostic", "BN6PR2001MB1905:JournalingReport");
    text += field("X-OriginatorOrg", report.tenant_domain);
    text += "X-MS-Exchange-CrossTenant-Network-Message-Id:\r\n\t" + report.report_id + "\r\n";
    text += field("X-MS-Exchange-Transport-CrossTenantHeadersStamped", "BN6PR2001MB1905");
  }
  return text;
}

std::string recipient_line(const JournalRecipient& recipient) {
  std::string value = recipient.address;
  if (!recipient.expanded_from.empty()) value += ", Expanded: " + recipient.expanded_from;
  if (!recipient.forwarded_from.empty()) value += ", Forwarded: " + recipient.forwarded_from;
  return field(recipient.label, value);
}

std::string envelope_text(const JournalReportDraft& report, const MailHeaders& headers) {
  const std::string from = first_address(headers.value("From"));
  const std::string sender_field = first_address(headers.value("Sender"));
  const std::string sender =
      report.sender.empty() ? (sender_field.empty() ? from : sender_field) : report.sender;
  std::string on_behalf_of = report.on_behalf_of;
  if (on_behalf_of.empty() && report.sender.empty() && sender != from) on_behalf_of = from;
  const std::string message_id = headers.value("Message-ID");
  const std::string subject_line = field("Subject", decode_words(headers.value("Subject")));
  const std::string message_id_line =
      field("Message-Id", message_id.empty() ? "Unknown Message-ID" : message_id);
  std::string text = report.with_byte_order_mark ? "\xef\xbb\xbf" : "";
  text += field("Sender", sender.empty() ? "Unspecified Address" : sender);
  if (!on_behalf_of.empty()) text += field("On-Behalf-Of", on_behalf_of);
  text += report.subject_after_message_id ? message_id_line + subject_line
                                          : subject_line + message_id_line;
  for (const JournalRecipient& recipient : report.recipients) text += recipient_line(recipient);
  return text;
}

// RFC 2045 6.7: lines of at most 76 characters, CRLF kept as line ends.
std::string to_quoted_printable(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at, 2) == kEndOfLine) {
      encoded += kEndOfLine;
      column = 0;
      ++at;
      continue;
    }
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool is_plain = byte >= 32 && byte < 127 && byte != '=';
    const std::size_t width = is_plain ? 1 : 3;
    if (column + width > 75) {
      encoded += "=\r\n";
      column = 0;
    }
    if (is_plain) {
      encoded += text[at];
    } else {
      encoded += {'=', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
    column += width;
  }
  return encoded;
}

bool is_ascii(std::string_view text) {
  for (const char letter : text) {
    if (static_cast<unsigned char>(letter) >= 128) return false;
  }
  return true;
}

std::string text_part(const JournalReportDraft& report, const std::string& text) {
  const char* const charset = is_ascii(text) ? "us-ascii" : "utf-8";
  const bool encode = report.quoted_printable || !is_ascii(text);
  return std::string("Content-Type: text/plain; charset=\"") + charset +
         "\"\r\nContent-Transfer-Encoding: " + (encode ? "quoted-printable" : "7bit") + "\r\n\r\n" +
         (encode ? to_quoted_printable(text) : text);
}

}  // namespace

std::string build_journal_report(const JournalReportDraft& report) {
  const std::string boundary =
      report.boundary.empty() ? "_" + report.report_id + "_" : report.boundary;
  const std::string original =
      report.keep_original_bytes ? report.original : with_crlf(report.original);
  const MailHeaders headers = read_mail_headers(original);
  const std::string delimiter = "\r\n--" + boundary;
  std::string text = outer_header(report, headers, boundary) + delimiter + "\r\n";
  text += text_part(report, envelope_text(report, headers));
  text += delimiter + "\r\nContent-Type: message/rfc822\r\n\r\n" + original;
  if (!report.decrypted_copy.empty()) {
    text +=
        delimiter + "\r\nContent-Type: message/rfc822\r\n\r\n" + with_crlf(report.decrypted_copy);
  }
  return text + delimiter + "--\r\n";
}

}  // namespace secondlook::stand_in
