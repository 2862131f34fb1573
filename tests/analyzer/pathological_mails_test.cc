// Mails made to exhaust a scanner. Each must end, say what was cut, and never come out clean when
// something was not looked at. How long they may take is for the workers' clocks to say.
#include <algorithm>

#include <catch2/catch.hpp>

#include "analyzer/analysis.h"
#include "analyzer/signals/signals.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;

namespace {

const std::string kShippedRules = std::string(TEST_CASES) + "/../../deploy/rules";

Verdict judge_by(const LoadedRules& rules, const std::string& mail) {
  AnalysisContext context;
  context.judge_plain_mail = true;
  return Analysis(rules, Thresholds{}, nullptr).analyze(mail, context);
}

Verdict judge(const std::string& mail) {
  static const Result<LoadedRules> rules = load_rules({kShippedRules}, all_signals(), "");
  if (!rules) FAIL(rules.error().message);
  return judge_by(*rules, mail);
}

std::string html_mail(const std::string& body) {
  return "From: a@b.example\r\nTo: c@d.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
         "Content-Type: text/html\r\n\r\n" +
         body;
}

std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

bool says(const Verdict& verdict, std::string_view words) {
  return std::ranges::any_of(verdict.errors, [&](const std::string& error) {
    return error.find(words) != std::string::npos;
  });
}

bool is_partly_scanned(const Verdict& verdict) {
  return verdict.disposition != Disposition::clean &&
         std::ranges::find(verdict.attributes, "partly_scanned") != verdict.attributes.end();
}

std::string errors_of(const Verdict& verdict) {
  std::string all;
  for (const std::string& error : verdict.errors) all += error + "; ";
  return all;
}

}  // namespace

TEST_CASE("120,000 links end, a thousand are told, and what was passed over is said") {
  std::string body;
  for (int i = 0; i < 120'000; ++i)
    body += "<a href=\"https://h" + std::to_string(i) + ".example/\">x</a>\n";
  const Verdict verdict = judge(html_mail(body));
  INFO(errors_of(verdict));
  CHECK(verdict.links.size() <= VerdictBounds::kLinks);
  CHECK(says(verdict, "links"));
  CHECK(is_partly_scanned(verdict));
}

TEST_CASE("50,000 nested elements hide no text") {
  const Verdict verdict =
      judge(html_mail(repeated("<div>", 50'000) + "<a href=\"https://deep.example/\">deep</a>" +
                      repeated("</div>", 50'000)));
  INFO(errors_of(verdict));
  REQUIRE(verdict.links.size() == 1);
  CHECK(verdict.links[0].host == "deep.example");
  CHECK(verdict.errors.empty());
}

TEST_CASE("a line of eight megabytes is scanned as far as texts are, which is said") {
  const Verdict verdict = judge(html_mail(std::string(8 << 20, 'x')));
  INFO(errors_of(verdict));
  CHECK_FALSE(verdict.errors.empty());
  CHECK(is_partly_scanned(verdict));
}

TEST_CASE("15,000 header lines are cut, which is said") {
  const Verdict verdict = judge(repeated("X-Filler: 0123456789\r\n", 15'000) + "\r\nbody\r\n");
  INFO(errors_of(verdict));
  CHECK(says(verdict, "header"));
  CHECK(is_partly_scanned(verdict));
}

TEST_CASE("five hundred nested multiparts are read as deep as parts are, which is said") {
  std::string mail = "Subject: s\r\nMIME-Version: 1.0\r\n";
  for (int i = 0; i < 500; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    mail +=
        "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
  }
  mail += "Content-Type: text/plain\r\n\r\nat the bottom\r\n";
  const Verdict verdict = judge(mail);
  INFO(errors_of(verdict));
  CHECK_FALSE(verdict.errors.empty());
  CHECK(is_partly_scanned(verdict));
}

TEST_CASE("a runaway pattern names its rule, and the mail is not called clean") {
  const TemporaryDirectory directory;
  const auto rules = load_rules(
      {directory.write("bomb.cf", "body BOMB /(?:x+x+)+y(?<=zy)/\nscore BOMB 1\n")}, {}, "");
  REQUIRE(rules);
  const Verdict verdict = judge_by(*rules, html_mail("<p>" + std::string(4000, 'x') + "y</p>"));
  INFO(errors_of(verdict));
  CHECK(says(verdict, "BOMB"));
  CHECK(is_partly_scanned(verdict));
}
