#include <algorithm>
#include <ctime>

#include <openssl/evp.h>

#include "notify/alerts/alert_messages.h"
#include "notify/alerts/alert_words.h"
#include "notify/alerts/visible_text.h"
#include "schema/utf8_text.h"

namespace secondlook {
namespace {

constexpr std::size_t kBytesAWord = 42;  // 56 in base64, 68 with "=?UTF-8?B?" and "?=": RFC 2047 2
constexpr std::size_t kBytesALine = 57;  // 76 in base64: RFC 2045 6.8
constexpr std::size_t kLongestSubject = 300;

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(std::max(length, 0)));
  return text;
}

std::string base64_lines(std::string_view bytes) {
  std::string lines;
  for (std::size_t at = 0; at < bytes.size(); at += kBytesALine)
    lines += base64(bytes.substr(at, kBytesALine)) + "\r\n";
  return lines;
}

// RFC 5322 3.3, whatever the locale is.
std::string mail_date(Timestamp time) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %d %02d:%02d:%02d +0000", kDays[parts.tm_wday],
                parts.tm_mday, kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
                parts.tm_min, parts.tm_sec);
  return text;
}

std::string domain_of(const std::string& address) {
  return address.substr(std::min(address.rfind('@') + 1, address.size()));
}

std::string plain_text(const AlertWords& words) {
  std::string text = words.title + "\r\n\r\n" + words.sentence + "\r\n\r\n";
  for (const auto& [label, value] : words.facts) text += label + ": " + value + "\r\n";
  return text;
}

bool is_plain_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

std::string importance_of(const Alert& alert) {
  return alert.severity == AlertSeverity::critical && !alert.resolved ? "Importance: high\r\n" : "";
}

}  // namespace

std::string encoded_header_text(std::string_view text) {
  // What looks like an encoded word is encoded itself.
  if (is_plain_ascii(text) && text.size() <= 60 && text.find("=?") == std::string_view::npos)
    return std::string(text);
  std::string words;
  while (!text.empty()) {
    std::size_t taken = 0;
    while (taken < text.size()) {
      const std::size_t next = std::max<std::size_t>(1, utf8_character_length(text.substr(taken)));
      if (taken + next > kBytesAWord) break;
      taken += next;
    }
    if (!words.empty()) words += "\r\n ";
    words += "=?UTF-8?B?" + base64(text.substr(0, taken)) + "?=";
    text.remove_prefix(taken);
  }
  return words;
}

std::string mail_message(const Alert& alert, const MailEnvelope& envelope, Timestamp now) {
  const AlertWords words = words_of(alert);
  std::string to;
  for (const std::string& address : envelope.to) to += (to.empty() ? "" : ",\r\n ") + address;
  return "From: secondlook <" + envelope.from + ">\r\n" +  //
         "To: " + to + "\r\n" + "Subject: " +
         encoded_header_text(cut_text("[secondlook] " + words.title, kLongestSubject)) + "\r\n" +
         "Date: " + mail_date(now) + "\r\n" +  //
         "Message-ID: <" + alert.key + "@" + domain_of(envelope.from) + ">\r\n" +
         "Auto-Submitted: auto-generated\r\n" +  //
         "X-Secondlook-Alert: " + alert.key + "\r\n" +
         "X-Secondlook-Event: " + std::string(name_of(alert.kind)) + "\r\n" + importance_of(alert) +
         "MIME-Version: 1.0\r\n" +  //
         "Content-Type: text/plain; charset=utf-8\r\n" +
         "Content-Language: " + (alert.language == AlertLanguage::japanese ? "ja" : "en") + "\r\n" +
         "Content-Transfer-Encoding: base64\r\n\r\n" + base64_lines(plain_text(words));
}

}  // namespace secondlook
