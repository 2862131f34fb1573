#include "cli/rule_cases.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace secondlook {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOrdinary = "ordinary";

bool is_rule_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Of a directory that is not there, nothing.
std::vector<fs::path> entries_of(const fs::path& directory, std::error_code& problem) {
  std::vector<fs::path> entries;
  for (auto entry = fs::directory_iterator(directory, problem);
       !problem && entry != fs::directory_iterator(); entry.increment(problem))
    entries.push_back(entry->path());
  return entries;
}

void add_mails(const fs::path& directory, const std::string& rule, RuleCase::Wanted wanted,
               std::vector<RuleCase>& cases) {
  std::error_code ignored;
  for (const fs::path& mail : entries_of(directory, ignored))
    if (mail.extension() == ".eml" && cases.size() <= kMostRuleCases)
      cases.push_back({mail.string(), rule, wanted});
}

std::string names_of(const std::vector<RuleHit>& hits) {
  std::string names;
  for (const RuleHit& hit : hits) names += (names.empty() ? "" : ", ") + hit.rule;
  return names.empty() ? "nothing" : names;
}

bool is_worse_than_spam(Disposition disposition) {
  return disposition == Disposition::malicious || disposition == Disposition::suspicious ||
         disposition == Disposition::spoof;
}

}  // namespace

std::string_view name_of(RuleCase::Wanted wanted) {
  switch (wanted) {
    case RuleCase::Wanted::hit: return "hit";
    case RuleCase::Wanted::miss: return "miss";
    case RuleCase::Wanted::ordinary: return kOrdinary;
  }
  return "";
}

Result<std::vector<RuleCase>> find_rule_cases(const std::string& directory) {
  std::error_code problem;
  std::vector<RuleCase> cases;
  for (const fs::path& entry : entries_of(directory, problem)) {
    std::error_code ignored;
    if (!fs::is_directory(entry, ignored)) continue;
    const std::string name = entry.filename().string();
    if (!is_rule_name(name)) return malformed(entry.string() + ": no rule has such a name");
    const bool is_ordinary = name == kOrdinary;
    add_mails(entry, name, is_ordinary ? RuleCase::Wanted::ordinary : RuleCase::Wanted::hit, cases);
    if (is_ordinary) continue;
    add_mails(entry / "hit", name, RuleCase::Wanted::hit, cases);
    add_mails(entry / "miss", name, RuleCase::Wanted::miss, cases);
  }
  if (problem) return not_found("cases: " + directory + ": " + problem.message());
  if (cases.empty()) return not_found("cases: none in " + directory + " (RULE/hit/*.eml)");
  if (cases.size() > kMostRuleCases)
    return malformed("cases: more than " + std::to_string(kMostRuleCases) + " in " + directory);
  std::ranges::sort(cases, {}, &RuleCase::file);
  return cases;
}

std::string failure_of(const RuleCase& wanted, const Verdict& verdict) {
  const bool hits = std::ranges::any_of(
      verdict.hits, [&](const RuleHit& hit) { return hit.rule == wanted.rule; });
  if (hits && wanted.wanted == RuleCase::Wanted::hit) return "";
  if (hits && wanted.wanted == RuleCase::Wanted::miss) return "hits, and must not";
  if (std::ranges::find(verdict.attributes, "partly_scanned") != verdict.attributes.end() ||
      verdict.disposition == Disposition::unscanned)
    return "not judged wholly" +
           (verdict.errors.empty() ? std::string() : ": " + verdict.errors.front());
  if (wanted.wanted == RuleCase::Wanted::miss) return "";
  if (wanted.wanted == RuleCase::Wanted::hit)
    return "does not hit; what hit: " + names_of(verdict.hits);
  return is_worse_than_spam(verdict.disposition)
             ? std::string(name_of(verdict.disposition)) + " by " + names_of(verdict.hits)
             : "";
}

}  // namespace secondlook
