// That every shipped rule has its cases, and what `secondlook rules test` cannot do: it judges them
// (tests/end_to_end/shipped_rules) without a malware scanner and without a history.
#include <algorithm>
#include <filesystem>
#include <memory>

#include <catch2/catch.hpp>

#include "analyzer/analysis.h"
#include "analyzer/host_lists.h"
#include "analyzer/operator_lists.h"
#include "analyzer/signals/signals.h"
#include "base/file_descriptor.h"

using namespace secondlook;
namespace fs = std::filesystem;

namespace {

const std::string kShippedRules = std::string(TEST_CASES) + "/../../deploy/rules";
const fs::path kCases = fs::path(kShippedRules) / "cases";
// What only a malware scanner knows.
const std::string kWithScanner = "MALWARE_FOUND";
const fs::path kToldCases = fs::path(TEST_CASES) / "told_rules";

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

// Of a tenant "contoso" for more than a year.
std::string sample_history() {
  constexpr std::uint16_t kBefore = 20'418;
  HistoryContent content;
  const HistoryKeys keys(content.secret);
  content.seen = {
      {keys.tenant("contoso"), 1000, 0, 0, kBefore, kBefore},
      {keys.sender("contoso", "ann@partner.example"), 20, 0, 0, kBefore, kBefore},
      {keys.sender("contoso", "liar@partner.example"), 0, 2, 0, 0xFFFF, kBefore},
      {keys.link_site("contoso", ""), 1000, 0, 0, kBefore, kBefore},
      {keys.link_site("contoso", "elsewhere.example"), 20, 0, 0, kBefore, kBefore},
      {keys.link_site("contoso", "wave.example"), 0, 5, 0, 0xFFFF, kBefore},
  };
  content.mails = {keys.message_id("contoso", "<known@contoso.example>")};
  return encode_history(content);
}

// What remediation tells a worker beside the mail.
struct Told {
  std::unique_ptr<const std::string> bytes;  // what `history` points into
  HistorySnapshot history;
  OperatorLists lists;
  HostLists host_lists;
};

Told sample_told() {
  auto bytes = std::make_unique<const std::string>(sample_history());
  const auto history = HistorySnapshot::read(*bytes);
  const auto text = read_file((kToldCases / "lists").string(), 1 << 20);
  const auto entries = parse_list(text ? *text : "");
  if (!history || !entries) FAIL("the sample cannot be read");
  HostLists host_lists;
  const auto hosts = read_file((kToldCases / "host_lists").string(), 1 << 20);
  if (!hosts || !host_lists.add("host_lists", Timestamp{}, *hosts)) FAIL("no host list");
  host_lists.finish();
  return {std::move(bytes), *history, OperatorLists(*entries), std::move(host_lists)};
}

Verdict judge(const fs::path& file, const Told* told = nullptr) {
  static PretendingScanner scanner;
  static Analysis analysis(shipped_rules(), Thresholds{}, &scanner);
  const auto bytes = read_file(file.string(), 1 << 20);
  if (!bytes) FAIL(bytes.error().message);
  AnalysisContext context;
  context.own_domains = {"contoso.example"};
  context.judge_plain_mail = true;
  if (told != nullptr) context.history = &told->history;
  if (told != nullptr) context.lists = &told->lists;
  if (told != nullptr) context.host_lists = &told->host_lists;
  TenantSettings contoso;
  contoso.name = "contoso";
  contoso.domains = context.own_domains;
  if (told != nullptr) context.tenant = &contoso;
  context.received_at = Timestamp(std::chrono::seconds(1'795'651'200));  // 2026-11-26
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
    const bool is_told = fs::is_directory(kToldCases / rule.name);
    const fs::path& cases = is_told ? kToldCases : kCases;
    CHECK_FALSE(mails_in(cases / rule.name / "hit").empty());
    CHECK_FALSE(mails_in(cases / rule.name / "miss").empty());
  }
}

TEST_CASE("rules that ask for history and lists hit with them, and nobody without") {
  const Told told = sample_told();
  for (const auto& folder : fs::directory_iterator(kToldCases)) {
    if (!folder.is_directory()) continue;
    const std::string rule = folder.path().filename();
    for (const char* kind : {"hit", "miss"})
      for (const fs::path& mail : mails_in(folder.path() / kind)) {
        INFO(mail);
        CHECK(has_hit(judge(mail, &told), rule) == (std::string_view(kind) == "hit"));
        CHECK_FALSE(has_hit(judge(mail), rule));
      }
  }
}

TEST_CASE("an allowed sender is clean but for what is malicious") {
  const Told told = sample_told();
  const fs::path folder = kToldCases / "ALLOW_LISTED";
  const Verdict allowed = judge(folder / "hit" / "authenticated.eml", &told);
  CHECK(allowed.disposition == Disposition::clean);
  CHECK(allowed.scores.at("suspicious") < 0);
  CHECK(allowed.scores.at("malicious") == 0);
  CHECK(judge(kToldCases / "BLOCK_LISTED" / "hit" / "blocked_domain.eml", &told).disposition ==
        Disposition::malicious);
}

TEST_CASE("every shipped rule that scores is described in English and in Japanese") {
  for (const RuleSummary& rule : list_rules(*shipped_rules().rules)) {
    if (rule.name.starts_with("__") || rule.score == 0) continue;
    INFO(rule.name);
    CHECK_FALSE(rule.description.empty());
    CHECK_FALSE(rule.description_ja.empty());
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
