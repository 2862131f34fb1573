// Every shipped rule on mails of its own, and all of them on ordinary mails: see
// tests/cases/rules_shipped/README.md.
#include <algorithm>
#include <filesystem>

#include <catch2/catch.hpp>

#include "analyzer/analysis.h"
#include "analyzer/signals/signals.h"
#include "base/file_descriptor.h"

using namespace secondlook;
namespace fs = std::filesystem;

namespace {

const fs::path kCases = fs::path(TEST_CASES) / "rules_shipped";
const std::string kShippedRules = std::string(TEST_CASES) + "/../../deploy/rules";

class PretendingScanner final : public MalwareScanner {
 public:
  Result<MalwareAnswer> scan(std::string_view bytes) override {
    if (bytes != "this stands for malware") return MalwareAnswer{};
    return MalwareAnswer{MalwareAnswer::Kind::found, "Test.Malware"};
  }
  bool is_lost() const override { return false; }
};

const LoadedRules& shipped_rules() {
  static const Result<LoadedRules> rules = load_rules({kShippedRules}, all_signals(), "");
  if (!rules) FAIL(rules.error().message);
  return *rules;
}

Verdict judge(const fs::path& file) {
  static PretendingScanner scanner;
  static Analysis analysis(shipped_rules(), Thresholds{}, &scanner);
  const auto bytes = read_file(file.string(), 1 << 20);
  if (!bytes) FAIL(bytes.error().message);
  AnalysisContext context;
  context.own_domains = {"contoso.example"};
  context.judge_plain_mail = true;
  return analysis.analyze(*bytes, context);
}

std::vector<fs::path> mails_in(const fs::path& folder) {
  std::vector<fs::path> mails;
  if (!fs::is_directory(folder)) return mails;
  for (const auto& file : fs::directory_iterator(folder))
    if (file.path().extension() == ".eml") mails.push_back(file.path());
  return mails;
}

std::string hits_of(const Verdict& verdict) {
  std::string names;
  for (const RuleHit& hit : verdict.hits) names += hit.rule + " ";
  return names;
}

bool has_hit(const Verdict& verdict, const std::string& rule) {
  return std::ranges::any_of(verdict.hits, [&](const RuleHit& hit) { return hit.rule == rule; });
}

}  // namespace

TEST_CASE("the shipped rules load without a complaint, and nothing in them is left out") {
  CHECK(shipped_rules().complaints.empty());
  CHECK(shipped_rules().facts.unsupported == 0);
}

TEST_CASE("every shipped rule that scores fires on each mail of its own") {
  for (const RuleSummary& rule : list_rules(*shipped_rules().rules)) {
    if (rule.name.starts_with("__") || rule.score == 0) continue;
    INFO(rule.name);
    const auto mails = mails_in(kCases / rule.name);
    CHECK_FALSE(mails.empty());
    for (const fs::path& mail : mails) {
      const Verdict verdict = judge(mail);
      INFO(mail.filename().string() << " hit " << hits_of(verdict));
      CHECK(has_hit(verdict, rule.name));
    }
  }
}

TEST_CASE("ordinary mails, English, German and Japanese, are left in peace") {
  const auto mails = mails_in(kCases / "ordinary");
  CHECK(mails.size() >= 12);
  for (const fs::path& mail : mails) {
    const Verdict verdict = judge(mail);
    INFO(mail.filename().string() << " hit " << hits_of(verdict));
    const bool in_peace = verdict.disposition == Disposition::clean ||
                          verdict.disposition == Disposition::spam ||
                          verdict.disposition == Disposition::bulk;
    CHECK(in_peace);
  }
}
