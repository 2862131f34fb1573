// Every event in every medium and both languages, against tests/cases/alerts. UPDATE_GOLDEN=1
// writes them anew: read the difference before it is committed.
#include "notify/alerts/alert_messages.h"

#include <cstdlib>
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "notify/alerts/alert_words.h"
#include "notify/alerts/visible_text.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {
namespace {

const Timestamp kMoment =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + std::chrono::hours(12);

std::string body_of(const std::string& mail) {
  std::string text = mail.substr(mail.find("\r\n\r\n") + 4);
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
  std::string bytes(text.size(), '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  bytes.resize(static_cast<std::size_t>(length));
  while (bytes.ends_with('\0')) bytes.pop_back();  // what stood for "="
  return bytes;
}

std::string pretty(const std::string& json, bool only_ascii = false) {
  return nlohmann::ordered_json::parse(json).dump(1, ' ', only_ascii);
}

std::string all_media(const Alert& alert) {
  const std::string mail =
      mail_message(alert, {"secondlook@contoso.example", {"soc@contoso.example"}}, kMoment);
  std::string text =
      "== teams\n" + pretty(teams_message(alert)) + "\n== slack\n" + pretty(slack_message(alert)) +
      "\n== json\n" + pretty(json_message(alert), true) + "\n== syslog rfc5424\n" +
      syslog_message(alert, SyslogFormat::rfc5424, "mx1.contoso.example") + "\n== syslog cef\n" +
      syslog_message(alert, SyslogFormat::cef, "mx1.contoso.example") + "\n== smtp header\n" +
      mail.substr(0, mail.find("\r\n\r\n")) + "\n== smtp body\n" + body_of(mail);
  std::erase(text, '\r');
  return text;
}

void check_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(TEST_CASES) + "/alerts/" + name + ".golden";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << text;
  INFO(path);
  CHECK(content_of(path) == text);
}

Alert alert_of(AlertKind kind) {
  Alert alert;
  alert.key = "0b2f7c1e-5a7d-4f7e-9c3b-2d1f0e9a8b7c-7-soc";
  alert.rule = "soc";
  alert.kind = kind;
  alert.severity = severity_of(kind);
  alert.tenant = "contoso";
  alert.first_at = kMoment;
  alert.last_at = kMoment + std::chrono::seconds(9);
  alert.count = 2;
  return alert;
}

Alert sample_of(AlertKind kind) {
  Alert alert = alert_of(kind);
  switch (kind) {
    case AlertKind::malicious_removed:
      alert.facts = {{"step", "3"}, {"action", "recoverable"}};
      alert.samples = {{41,
                        "alice@contoso.example",
                        "billing@pay.example",
                        "請求書 Invoice",
                        {"CREDENTIAL_PHRASE"}},
                       {42, "", "", "", {}}};
      alert.messages = {41, 42};
      break;
    case AlertKind::removal_failed:
      alert.facts = {{"state", "failed"}, {"because", "the mailbox's quota is full"}};
      alert.samples = {{41, "alice@contoso.example", "", "", {}}};
      alert.messages = {41};
      break;
    case AlertKind::brake_engaged:
      alert.tenant.clear();
      alert.facts = {{"because", "more than 200 copies in an hour for rule MATCHES_ALL"},
                     {"scope", "rule"},
                     {"name", "MATCHES_ALL"},
                     {"copies", "201"},
                     {"limit", "200"}};
      break;
    case AlertKind::brake_released: alert.tenant.clear(); break;
    case AlertKind::graph_refused:
      alert.facts = {{"what", "token"},
                     {"because", "401 loginRefused: login server: invalid_client"}};
      break;
    case AlertKind::forged_report: alert.messages = {43}; break;
    case AlertKind::approval_waiting:
      alert.tenant.clear();
      alert.facts = {{"command", "12"},
                     {"name", "retract"},
                     {"person", "anna"},
                     {"copies", "700"},
                     {"expires_at", "2026-11-23T12:00:00Z"}};
      break;
    case AlertKind::journal_silence: alert.facts = {{"since", "2026-11-22T11:30:00Z"}}; break;
    case AlertKind::unscanned_rate: alert.facts = {{"mails", "120"}, {"percent", "9"}}; break;
    case AlertKind::certificate_expiring:
      alert.facts = {{"subject", "the app in Entra"},
                     {"path", "/etc/secondlook/contoso.crt"},
                     {"expires_at", "2026-12-01T00:00:00Z"},
                     {"days", "8"}};
      break;
    case AlertKind::space_low:
      alert.tenant.clear();
      alert.facts = {{"subject", "journal log"}, {"percent", "83"}};
      break;
    case AlertKind::test:
      alert.tenant.clear();
      alert.count = 1;
      alert.facts = {{"channel", "soc"}, {"audit", "17"}};
      break;
  }
  return alert;
}

bool is_condition(AlertKind kind) {
  return kind == AlertKind::journal_silence || kind == AlertKind::unscanned_rate ||
         kind == AlertKind::certificate_expiring || kind == AlertKind::space_low;
}

TEST_CASE("each event reads as it should in each medium and language") {
  for (const AlertKind kind : all_alert_kinds()) {
    Alert alert = sample_of(kind);
    for (const bool japanese : {false, true}) {
      alert.language = japanese ? AlertLanguage::japanese : AlertLanguage::english;
      const std::string end = japanese ? ".ja" : ".en";
      alert.resolved = false;
      check_golden(std::string(name_of(kind)) + end, all_media(alert));
      CHECK(words_of(alert).sentence.find('?') == std::string::npos);  // every fact was there
      if (!is_condition(kind)) continue;
      alert.resolved = true;
      check_golden(std::string(name_of(kind)) + "_over" + end, all_media(alert));
    }
  }
}

Alert hostile_alert() {
  Alert alert = alert_of(AlertKind::malicious_removed);
  alert.tenant = "con\"to]so\\|=";
  alert.facts = {{"action", "recoverable"}, {"because", "line one\r\nBcc: all@contoso.example"}};
  const std::vector<std::string> subjects = {
      "<!channel> <@U012AB3CD> <https://evil.example|your bank> & *bold*",
      "[click](https://evil.example) {{DATE(2026-11-22T00:00:00Z)}} **x** <at>Anna</at>",
      "one\r\nBcc: victims@contoso.example\r\n\r\n<html>",
      "\xe2\x80\xaegnp.exe\xe2\x80\xac \xe2\x80\x8bhidden\xf3\xa0\x81\x81 \x1b[31mred\x07 \xff\xfe",
      "]\\\" event=\"x\" | = \n<134>1 - fake - - - - second line =?UTF-8?B?eA==?= " +
          std::string(2000, 'A'),
  };
  std::int64_t id = 50;
  for (const std::string& subject : subjects)
    alert.samples.push_back({id++, "a@b\r\nx.example", "\"x\" <y@evil.example>", subject, {}});
  return alert;
}

TEST_CASE("hostile subjects and addresses are mere characters in each medium") {
  const Alert alert = hostile_alert();
  check_golden("hostile", all_media(alert));
  const std::string slack = slack_message(alert);
  CHECK(slack.find("<!") == std::string::npos);
  CHECK(slack.find("<@") == std::string::npos);
  CHECK(slack.find("https://") == std::string::npos);
  for (const auto& block : nlohmann::json::parse(slack)["blocks"])
    CHECK(block["text"]["type"] == "plain_text");
  const auto card =
      nlohmann::json::parse(teams_message(alert))["attachments"][0]["content"]["body"];
  for (const auto& block : card) CHECK(block["type"] == "RichTextBlock");
  CHECK(teams_message(alert).find("{{") == std::string::npos);
  for (const char c : json_message(alert)) CHECK((c >= ' ' && c < 0x7f));
  for (const auto format : {SyslogFormat::rfc5424, SyslogFormat::cef}) {
    const std::string line = syslog_message(alert, format, "mx1");
    CHECK(line.size() <= kMostSyslog);
    for (const char c : line) CHECK((c < 0 || c >= ' '));
  }
  const std::string mail = mail_message(alert, {"a@b.example", {"c@d.example"}}, kMoment);
  CHECK(mail.find("\r\nBcc:") == std::string::npos);
  for (const char c : mail) CHECK((c == '\r' || c == '\n' || (c >= ' ' && c < 0x7f)));
}

TEST_CASE("a tenant's name cannot add a header to a mail") {
  Alert alert = alert_of(AlertKind::forged_report);
  alert.tenant = "x\r\nBcc: all@contoso.example";
  const std::string mail = mail_message(alert, {"a@b.example", {"c@d.example"}}, kMoment);
  CHECK(mail.find("\r\nBcc:") == std::string::npos);
}

TEST_CASE("the largest alert fits what Teams takes, 28 KB") {
  Alert alert = hostile_alert();
  for (AlertSample& sample : alert.samples) {
    sample.subject = sample.sender = sample.mailbox = std::string(1000, '"');
    sample.rules = std::vector<std::string>(5, std::string(200, '\x01'));
  }
  for (const char* name : {"because", "action", "state", "scope", "name", "copies", "limit",
                           "expires_at", "path", "audit"})
    alert.facts[name] = std::string(1000, '\\');
  CHECK(teams_message(alert).size() < 28'000);
}

TEST_CASE("long header texts are RFC 2047 words of at most 75 bytes, cut between characters") {
  const std::string text =
      encoded_header_text("悪意のあるメールを削除しました 悪意のあるメールを削除");
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = std::min(text.find("\r\n ", at), text.size());
    const std::string word = text.substr(at, end - at);
    CHECK(word.size() <= 75);
    CHECK(word.starts_with("=?UTF-8?B?"));
    CHECK(word.ends_with("?="));
    at = end + 3;
  }
  CHECK(encoded_header_text("plain") == "plain");
  CHECK(encoded_header_text("=?x?=").starts_with("=?UTF-8?B?"));
}

TEST_CASE("the signature of a json delivery can be computed by anybody with the key") {
  // printf '1795000000.{"a":1}' | openssl dgst -sha256 -hmac secret
  CHECK(json_signature(Secret("secret"), "1795000000", "{\"a\":1}") ==
        "v1=f9e0bd0d1a561fbfdabec6356500586e2c72d7d797314b41b8380761868d6c25");
}

TEST_CASE("an alert is the same after it was stored") {
  const Alert alert = hostile_alert();
  const auto stored = parse_alert(to_json(alert));
  REQUIRE(stored);
  CHECK(to_json(*stored) == to_json(alert));
  CHECK(stored->messages == alert.messages);
  CHECK(stored->samples.size() == 5);
}

}  // namespace
}  // namespace secondlook
