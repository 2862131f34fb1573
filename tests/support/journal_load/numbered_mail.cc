#include "tests/support/journal_load/numbered_mail.h"

#include "tests/support/mail_headers.h"

namespace secondlook {

namespace {

using namespace stand_in;

constexpr const char* kSentence =
    "The minutes of the meeting are attached to the calendar entry as usual.\r\n";

// "contoso.example" to "c0ntoso.example": one letter swapped for its twin.
std::string look_alike(std::string domain) {
  const std::size_t letter = domain.find_first_of("oilO");
  if (letter == domain.npos) return "x" + domain;
  domain[letter] = domain[letter] == 'o' || domain[letter] == 'O' ? '0' : '1';
  return domain;
}

std::string ordinary_body(const NumberedMail& mail) {
  std::string body = "Message number " + std::to_string(mail.number) + ".\r\n";
  while (body.size() < mail.body_bytes) body += kSentence;
  return "Content-Type: text/plain; charset=\"us-ascii\"\r\n\r\n" + body;
}

std::string malicious_body(const NumberedMail& mail) {
  const std::string domain = domain_of(mail.recipient);
  return "Content-Type: text/html; charset=\"utf-8\"\r\n\r\n<html><body>\r\n<p>Dear user " +
         std::to_string(mail.number) +
         ",</p>\r\n<p>your password expires today. To avoid suspension, verify your account within "
         "24 hours:</p>\r\n<p><a href=\"https://" +
         look_alike(domain) + ".signin-portal.example/renew\">https://login." + domain +
         "/renew</a></p>\r\n<p>If you do not act, your mailbox will be deactivated.</p>\r\n"
         "</body></html>\r\n";
}

std::string with_message_id(const std::string& template_mail, const std::string& message_id) {
  const std::string text = with_crlf(template_mail);
  const MailHeaders headers = read_mail_headers(text);
  std::string result = "Message-ID: " + message_id + "\r\n";
  for (const MailHeader& field : headers.fields) {
    if (lower_case(field.name) == "message-id") continue;
    result += field.name + ":" + with_crlf(field.raw) + "\r\n";
  }
  return result + "\r\n" + text.substr(headers.body_offset);
}

}  // namespace

std::string numbered_message_id(const NumberedMail& mail) {
  return "<" + mail.run + "." + std::to_string(mail.number) + "@load.example>";
}

std::string numbered_mail_sender(const NumberedMail& mail) {
  return mail.is_malicious ? "servicedesk@" + look_alike(domain_of(mail.recipient))
                           : "sender" + std::to_string(mail.number % 50) + "@load.example";
}

std::string make_numbered_mail(const NumberedMail& mail, const std::string& template_mail) {
  if (mail.is_malicious && !template_mail.empty()) {
    return with_message_id(template_mail, numbered_message_id(mail));
  }
  const std::string number = std::to_string(mail.number);
  const std::string name = mail.is_malicious ? "\"IT Service Desk\" " : "";
  return "From: " + name + "<" + numbered_mail_sender(mail) + ">\r\nTo: <" + mail.recipient +
         ">\r\nSubject: " +
         (mail.is_malicious ? "Action required: your mailbox password expires today "
                            : "Minutes, number ") +
         number +
         "\r\nDate: Sun, 22 Nov 2026 09:20:03 +0000\r\nMessage-ID: " + numbered_message_id(mail) +
         "\r\nMIME-Version: 1.0\r\n" +
         (mail.is_malicious ? malicious_body(mail) : ordinary_body(mail));
}

}  // namespace secondlook
