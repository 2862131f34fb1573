// That every shipped rule has its cases, and what `secondlook rules test` cannot do: it judges them
// (tests/end_to_end/shipped_rules) without a malware scanner.
#include <algorithm>
#include <filesystem>

#include <catch2/catch.hpp>

#include "analyzer/analysis.h"
#include "analyzer/signals/signals.h"
#include "base/file_descriptor.h"

using namespace secondlook;
namespace fs = std::filesystem;

namespace {

const std::string kShippedRules = std::string(TEST_CASES) + "/../../deploy/rules";
const fs::path kCases = fs::path(kShippedRules) / "cases";
// What only a malware scanner knows.
const std::string kWithScanner = "MALWARE_FOUND";

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

bool has_hit(const Verdict& verdict, const std::string& rule) {
  return std::ranges::any_of(verdict.hits, [&](const RuleHit& hit) { return hit.rule == rule; });
}

}  // namespace

TEST_CASE("the shipped rules load without a complaint, and nothing in them is left out") {
  CHECK(shipped_rules().complaints.empty());
  CHECK(shipped_rules().facts.unsupported == 0);
}

TEST_CASE("every shipped rule that scores has a mail that it hits and one that it must not") {
  for (const RuleSummary& rule : list_rules(*shipped_rules().rules)) {
    if (rule.name.starts_with("__") || rule.score == 0 || rule.name == kWithScanner) continue;
    INFO(rule.name);
    CHECK_FALSE(mails_in(kCases / rule.name / "hit").empty());
    CHECK_FALSE(mails_in(kCases / rule.name / "miss").empty());
  }
}

TEST_CASE("an attachment that the malware scanner knows makes a mail malicious, others do not") {
  const Verdict found = judge(fs::path(TEST_CASES) / "malware_found" / "named_attachment.eml");
  CHECK(has_hit(found, kWithScanner));
  CHECK(found.disposition == Disposition::malicious);
  const Verdict other = judge(kCases / "EXECUTABLE_ATTACHED" / "miss" / "script_as_text.eml");
  CHECK_FALSE(has_hit(other, kWithScanner));
}

TEST_CASE("ordinary mails stand beside the rules, English, German and Japanese") {
  CHECK(mails_in(kCases / "ordinary").size() >= 12);
}
