// The referee of rules and normaliser on Japanese mail: tests/cases/japanese. What is not found is
// listed there by name, so that losing one fails and finding one more has to be written down.
#include <algorithm>
#include <fstream>
#include <set>

#include <catch2/catch.hpp>

#include "analyzer/analysis.h"
#include "analyzer/signals/signals.h"
#include "tests/support/japanese_mail.h"

using namespace secondlook;

namespace {

const std::string kCases = std::string(TEST_CASES) + "/japanese";

const std::vector<test::JapaneseMail>& mails() {
  static const std::vector<test::JapaneseMail> read = test::read_japanese_mails(kCases);
  return read;
}

Verdict judge(const test::JapaneseMail& mail) {
  static const Result<LoadedRules> rules =
      load_rules({std::string(TEST_CASES) + "/../../deploy/rules"}, all_signals(), "");
  if (!rules) FAIL(rules.error().message);
  static Analysis analysis(*rules, Thresholds{}, nullptr);
  AnalysisContext context;
  context.own_domains = {"contoso.example"};
  context.judge_plain_mail = true;
  return analysis.analyze(mail.bytes, context);
}

bool is_found(const Verdict& verdict) {
  return verdict.disposition == Disposition::malicious ||
         verdict.disposition == Disposition::suspicious;
}

std::string hits_of(const Verdict& verdict) {
  std::string hits;
  for (const RuleHit& hit : verdict.hits) hits += " " + hit.rule;
  return hits;
}

std::set<std::string> listed_in(const std::string& name) {
  std::set<std::string> lines;
  std::ifstream file(kCases + "/" + name);
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line.front() != '#') lines.insert(line.substr(0, line.find(' ')));
  return lines;
}

}  // namespace

TEST_CASE("there are enough Japanese mails of both kinds to say something") {
  const auto phish = std::ranges::count_if(mails(), &test::JapaneseMail::is_phish);
  CHECK(phish >= 50);
  CHECK(std::ssize(mails()) - phish >= 70);
}

TEST_CASE("no good Japanese mail is worse than spam") {
  for (const test::JapaneseMail& mail : mails()) {
    if (mail.is_phish) continue;
    const Verdict verdict = judge(mail);
    INFO(mail.path << ": " << name_of(verdict.disposition) << hits_of(verdict));
    CHECK_FALSE(is_found(verdict));
    CHECK(verdict.disposition != Disposition::spoof);
  }
}

TEST_CASE("Japanese phish are malicious or suspicious, but for those that are listed") {
  const std::set<std::string> missed = listed_in("not_found");
  for (const test::JapaneseMail& mail : mails()) {
    if (!mail.is_phish) continue;
    const Verdict verdict = judge(mail);
    INFO(mail.path << ": " << name_of(verdict.disposition) << hits_of(verdict));
    CHECK(is_found(verdict) != missed.contains(mail.path));
  }
}
