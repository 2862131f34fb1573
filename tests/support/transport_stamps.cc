#include "tests/support/transport_stamps.h"

#include <array>
#include <ctime>

#include "tests/support/mail_headers.h"

namespace secondlook::stand_in {

namespace {

std::string received_line(const TransportStamps& stamps) {
  return "Received: from " + stamps.helo + " (" + stamps.client_ip +
         ") by\r\n BY2NAM01FT010.mail.protection.outlook.com (10.152.68.104) with Microsoft "
         "SMTP\r\n"
         " Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.9052.18 via\r\n"
         " Frontend Transport; " +
         format_mail_date(stamps.received_at) + "\r\n";
}

std::string authentication_results(const TransportStamps& stamps, const std::string& from_domain) {
  const std::string domain = domain_of(stamps.mail_from);
  return "Authentication-Results: spf=" + stamps.spf + " (sender IP is " + stamps.client_ip +
         ")\r\n smtp.mailfrom=" + (domain.empty() ? stamps.helo : domain) +
         "; dkim=" + stamps.dkim + " header.d=" + (stamps.dkim == "none" ? "none" : from_domain) +
         ";\r\n dmarc=" + stamps.dmarc + " action=none header.from=" + from_domain +
         ";compauth=" + (stamps.dmarc == "pass" ? "pass reason=100" : "fail reason=001") + "\r\n";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string result;
  for (const std::string& text : texts) result += (result.empty() ? "" : ";") + text;
  return result;
}

std::string organization_headers(const TransportStamps& stamps) {
  constexpr const char* kPrefix = "X-MS-Exchange-Organization-";
  const std::string level = std::to_string(stamps.spam_confidence_level);
  std::string text = "Return-Path: " + stamps.mail_from + "\r\n";
  const auto add = [&](const char* name, const std::string& value) {
    text += std::string(kPrefix) + name + ": " + value + "\r\n";
  };
  add("Network-Message-Id", stamps.network_message_id);
  add("OriginalClientIPAddress", stamps.client_ip);
  add("OriginalServerIPAddress", "10.152.68.104");
  text += "X-EOPAttributedMessage: 0\r\n";
  text += "X-EOPTenantAttributedMessage: " + stamps.tenant_id + ":0\r\n";
  add("MessageDirectionality", stamps.is_internal ? "Originating" : "Incoming");
  add("Id", stamps.tenant_id);
  add("ConnectingIP", stamps.client_ip);
  text += "X-Forefront-Antispam-Report:\r\n\tCIP:" + stamps.client_ip +
          ";CTRY:;LANG:en;SCL:" + level +
          ";SRV:;IPV:NLI;SFV:" + (stamps.spam_confidence_level >= 5 ? "SPM" : "NSPM") +
          ";H:" + stamps.helo + ";PTR:;CAT:NONE;SFS:;DIR:INB;\r\n";
  add("SCL", level);
  add("OriginalEnvelopeRecipients", joined(stamps.recipients));
  add("AuthSource", "BY2NAM01FT010.eop-nam01.prod.protection.outlook.com");
  add("AuthAs", stamps.is_internal ? "Internal" : "Anonymous");
  return text;
}

}  // namespace

std::string stamp_mail(std::string_view mail, const TransportStamps& stamps) {
  const std::string text = with_crlf(mail);
  const MailHeaders headers = read_mail_headers(text);
  const std::string from_domain = domain_of(first_address(headers.value("From")));
  // The header block ends with an empty line; a mail that is all header has none.
  const bool has_body = headers.body_offset >= 2 &&
                        text.compare(headers.body_offset - 2, 2, "\r\n") == 0 &&
                        text.find("\r\n\r\n") != std::string::npos;
  const std::size_t header_end = has_body ? headers.body_offset - 2 : text.size();
  std::string stamped = received_line(stamps) + authentication_results(stamps, from_domain);
  stamped += text.substr(0, header_end);
  if (!stamped.ends_with("\r\n")) stamped += "\r\n";
  if (headers.find("Message-ID") == nullptr) {
    stamped += "Message-ID: <" + stamps.network_message_id + "@namprd20.prod.outlook.com>\r\n";
  }
  stamped += organization_headers(stamps);
  return stamped + "\r\n" + (has_body ? text.substr(headers.body_offset) : "");
}

std::string format_mail_date(Timestamp time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  const std::time_t moment = static_cast<std::time_t>(seconds);
  std::tm parts{};
  ::gmtime_r(&moment, &parts);
  std::array<char, 64> text{};
  const std::size_t length =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S +0000", &parts);
  return {text.data(), length};
}

}  // namespace secondlook::stand_in
