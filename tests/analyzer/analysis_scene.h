// Reports and mails as text, and what the shipped rules make of them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "analyzer/analysis.h"
#include "analyzer/signals/signals.h"
#include "tests/support/archive_writer.h"

namespace secondlook::analysis_scene {

inline const std::string kShippedRules = std::string(TEST_CASES) + "/../../deploy/rules";

inline const LoadedRules& shipped_rules() {
  static const Result<LoadedRules> rules = load_rules({kShippedRules}, all_signals(), "");
  if (!rules) FAIL(rules.error().message);
  return *rules;
}

inline const TenantSettings& contoso() {
  static const TenantSettings tenant = [] {
    TenantSettings value;
    value.name = "contoso";
    value.domains = {"contoso.example", "contoso.onmicrosoft.com"};
    return value;
  }();
  return tenant;
}

// Answers as it is told and counts the questions.
class ScriptedScanner final : public MalwareScanner {
 public:
  explicit ScriptedScanner(Result<MalwareAnswer> answer) : answer_(std::move(answer)) {}
  Result<MalwareAnswer> scan(std::string_view) override {
    ++questions;
    return answer_;
  }
  bool is_lost() const override { return !answer_; }
  int questions = 0;

 private:
  Result<MalwareAnswer> answer_;
};

inline Verdict analyze(const std::string& bytes, MalwareScanner* scanner = nullptr,
                       bool judge_plain_mail = false) {
  AnalysisContext context;
  context.tenant = &contoso();
  context.own_domains = contoso().domains;
  context.judge_plain_mail = judge_plain_mail;
  return Analysis(shipped_rules(), Thresholds{}, scanner).analyze(bytes, context);
}

inline constexpr std::string_view kEvidence = "X-OriginatorOrg: contoso.onmicrosoft.com\r\n";

inline std::string with_line_ends(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
    text.replace(at, 1, "\r\n");
  return text;
}

// A report in the shape of Exchange Online's around `originals`.
inline std::string report_of(const std::vector<std::string>& originals,
                             std::string_view evidence = kEvidence) {
  std::string report =
      "Content-Type: multipart/mixed; boundary=\"_r_\"\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
      "From: Anna <anna@sender.example>\r\nX-MS-Journal-Report:\r\n";
  report.append(evidence).append(
      "\r\n--_r_\r\nContent-Type: text/plain; charset=\"us-ascii\"\r\n\r\n"
      "Sender: anna@sender.example\r\nSubject: x\r\nMessage-Id: <1@sender.example>\r\n"
      "Recipient: ben@contoso.example\r\nRecipient: hidden@contoso.example\r\n\r\n");
  for (const std::string& original : originals)
    report += "--_r_\r\nContent-Type: message/rfc822\r\n\r\n" + original + "\r\n";
  return report + "--_r_--\r\n";
}

inline std::string mail(const std::string& from, const std::string& subject,
                        const std::string& body, const std::string& extra = "") {
  return with_line_ends(extra + "From: " + from + "\nTo: ben@contoso.example\nSubject: " + subject +
                        "\nDate: Mon, 1 Jun 2026 09:00:00 +0900\nMessage-ID: <1@sender.example>\n" +
                        "MIME-Version: 1.0\n" + body);
}

inline std::string text_mail(const std::string& from, const std::string& text) {
  return mail(from, "Notice", "Content-Type: text/plain; charset=utf-8\n\n" + text + "\n");
}

inline std::string mail_with_attachment(const std::string& name, const std::string& content) {
  return mail(
      "Anna <anna@sender.example>", "Invoice",
      "Content-Type: multipart/mixed; boundary=e\n\n--e\nContent-Type: text/plain\n\nHello\n"
      "--e\nContent-Type: application/octet-stream; name=\"" +
          name + "\"\nContent-Disposition: attachment\n\n" + content + "\n--e--\n");
}

inline std::string mail_with_archive(const std::string& name, const std::string& archive) {
  return mail(
      "Anna <anna@sender.example>", "Invoice",
      "Content-Type: multipart/mixed; boundary=e\n\n--e\nContent-Type: text/plain\n\nHello\n"
      "--e\nContent-Type: application/octet-stream; name=\"" +
          name + "\"\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n" +
          test::in_base64(archive) + "\n--e--\n");
}

inline const std::string kOrdinary = text_mail("Anna <anna@sender.example>", "See you at ten.");

inline bool has(const std::vector<std::string>& list, const std::string& entry) {
  return std::ranges::find(list, entry) != list.end();
}

}  // namespace secondlook::analysis_scene
