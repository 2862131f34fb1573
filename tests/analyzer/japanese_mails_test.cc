// The referee of rules and normaliser on Japanese mail: tests/cases/japanese and, by another
// writer, tests/cases/japanese_outside. What is not found is listed there by name, so that losing
// one fails and finding one more has to be written down.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "analyzer/analysis.h"
#include "analyzer/signals/signals.h"
#include "tests/support/japanese_mail.h"

using namespace secondlook;

namespace {

std::string directory_of(const std::string& set) {
  return std::string(TEST_CASES) + "/" + set;
}

const std::vector<test::JapaneseMail>& mails_of(const std::string& set) {
  static std::map<std::string, std::vector<test::JapaneseMail>> read;
  const auto [at, is_new] = read.try_emplace(set);
  if (is_new) at->second = test::read_japanese_mails(directory_of(set));
  return at->second;
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

std::set<std::string> missed_of(const std::string& set) {
  std::set<std::string> lines;
  std::ifstream file(directory_of(set) + "/not_found");
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line.front() != '#') lines.insert(line.substr(0, line.find(' ')));
  return lines;
}

}  // namespace

TEST_CASE("there are enough Japanese mails of both kinds to say something") {
  const std::string set = GENERATE("japanese", "japanese_outside");
  const auto& mails = mails_of(set);
  const auto phish = std::ranges::count_if(mails, &test::JapaneseMail::is_phish);
  CHECK(phish >= 50);
  CHECK(std::ssize(mails) - phish >= 70);
}

TEST_CASE("no good Japanese mail is worse than spam") {
  const std::string set = GENERATE("japanese", "japanese_outside");
  for (const test::JapaneseMail& mail : mails_of(set)) {
    if (mail.is_phish) continue;
    const Verdict verdict = judge(mail);
    INFO(set << " " << mail.path << ": " << name_of(verdict.disposition) << hits_of(verdict));
    CHECK_FALSE(is_found(verdict));
    CHECK(verdict.disposition != Disposition::spoof);
  }
}

TEST_CASE("Japanese phish are malicious or suspicious, but for those that are listed") {
  const std::string set = GENERATE("japanese", "japanese_outside");
  const std::set<std::string> missed = missed_of(set);
  for (const test::JapaneseMail& mail : mails_of(set)) {
    if (!mail.is_phish) continue;
    const Verdict verdict = judge(mail);
    INFO(set << " " << mail.path << ": " << name_of(verdict.disposition) << hits_of(verdict));
    CHECK(is_found(verdict) != missed.contains(mail.path));
  }
}
