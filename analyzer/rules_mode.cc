#include <algorithm>
#include <cstdio>
#include <map>

#include <nlohmann/json.hpp>

#include "analyzer/release_guard.h"
#include "analyzer/service.h"
#include "analyzer/slow_patterns.h"
#include "analyzer/workshop.h"

namespace secondlook {
namespace {

std::string line_of(const RuleSummary& rule, bool json) {
  if (json) {
    const nlohmann::ordered_json object = {{"rule", rule.name},
                                           {"type", rule.type},
                                           {"score", rule.score},
                                           {"disposition", name_of(rule.disposition)},
                                           {"description", rule.description},
                                           {"file", rule.file},
                                           {"line", rule.line}};
    return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  std::array<char, 128> columns{};
  std::snprintf(columns.data(), columns.size(), "%-36s %-10s %7.2f  %-10s  ", rule.name.c_str(),
                rule.type.c_str(), rule.score, std::string(name_of(rule.disposition)).c_str());
  return columns.data() + rule.description;
}

std::string first_of(const std::vector<std::string>& names) {
  constexpr std::size_t kMostNames = 5;
  std::string some;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i)
    some += (i > 0 ? ", " : "") + names[i];
  if (names.size() > kMostNames)
    some += " and " + std::to_string(names.size() - kMostNames) + " more";
  return some;
}

void print_text(const LoadedRules& rules, const std::vector<PatternCost>& costs) {
  for (const RuleComplaint& complaint : rules.complaints)
    std::fprintf(stderr, "%s\n", complaint.text().c_str());
  std::map<std::string, std::vector<std::string>> unscored;  // by file
  for (const RuleSummary& rule : list_rules(*rules.rules))
    if (rule.is_unscored) unscored[rule.file].push_back(rule.name);
  for (const auto& [file, names] : unscored)
    std::fprintf(stderr, "%s: without a score line, each counts by default: %s\n", file.c_str(),
                 first_of(names).c_str());
  const RuleSetFacts& facts = rules.facts;
  std::printf(
      "%zu rules, %zu patterns (%zu behind strings, %zu behind what they begin with, "
      "%zu tried everywhere), "
      "%zu unsupported\nrule set %s\n",
      facts.rules, facts.patterns, facts.by_literals, facts.by_outline, facts.unguarded,
      facts.unsupported, facts.hash.c_str());
  if (!costs.empty())
    std::printf("slowest patterns, microseconds for each kB that is searched:\n%s",
                table_of(costs).c_str());
}

nlohmann::ordered_json json_of(const PatternCost& cost) {
  return {{"rule", cost.rule},
          {"file", cost.file},
          {"line", cost.line},
          {"microseconds_per_kb", cost.microseconds_per_kilobyte()},
          {"tried", name_of(cost.guard)},
          {"reaches_match_limit", cost.reached_limit}};
}

void print_json(const LoadedRules& rules, const std::vector<PatternCost>& costs) {
  const RuleSetFacts& facts = rules.facts;
  nlohmann::ordered_json object = {{"hash", facts.hash},
                                   {"rules", facts.rules},
                                   {"patterns", facts.patterns},
                                   {"behind_strings", facts.by_literals},
                                   {"behind_beginnings", facts.by_outline},
                                   {"tried_everywhere", facts.unguarded},
                                   {"unsupported", facts.unsupported},
                                   {"complaints", nlohmann::ordered_json::array()},
                                   {"unscored", nlohmann::ordered_json::array()},
                                   {"slow_patterns", nlohmann::ordered_json::array()}};
  for (const RuleComplaint& complaint : rules.complaints)
    object["complaints"].push_back({{"file", complaint.file},
                                    {"line", complaint.line},
                                    {"column", complaint.column},
                                    {"message", complaint.message}});
  for (const RuleSummary& rule : list_rules(*rules.rules))
    if (rule.is_unscored) object["unscored"].push_back(rule.name);
  for (const PatternCost& cost : costs) object["slow_patterns"].push_back(json_of(cost));
  std::printf("%s\n",
              object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

// A case of a rule that is not there, or that no verdict lists, would say nothing.
int check_cases(const LoadedRules& rules, const AnalyzerCommand& command) {
  std::map<std::string, bool> has_score;
  for (const RuleSummary& rule : list_rules(*rules.rules)) has_score[rule.name] = rule.score != 0;
  int status = 0;
  for (const std::string& name : command.names) {
    const auto found = has_score.find(name);
    const char* mistake = found == has_score.end() ? "there is no such rule"
                          : !found->second         ? "only rules with a score can have cases"
                                                   : nullptr;
    if (mistake == nullptr) continue;
    std::fprintf(stderr, "cases of %s: %s\n", name.c_str(), mistake);
    status = 2;
  }
  std::vector<std::string> without;
  for (const auto& [name, counts] : has_score)
    if (counts && std::ranges::find(command.names, name) == command.names.end())
      without.push_back(name);
  if (status == 0 && !command.json && !without.empty())
    std::printf("%zu rules with a score have no case: %s\n", without.size(),
                first_of(without).c_str());
  return status;
}

int check_guard(const Configuration& configuration, const LoadedRules& rules, bool json) {
  const auto report = check_released_mails(configuration, rules, SystemClock());
  if (!report) {
    std::fprintf(stderr, "%s\n", report.error().message.c_str());
    return 1;
  }
  for (const std::string& mail : report->not_judged)
    std::fprintf(stderr, "not judged: %s\n", mail.c_str());
  if (const auto taken = refuse_by(*report, rules.facts.hash); !taken) {
    std::fprintf(stderr, "%s\n", taken.error().message.c_str());
    return 2;
  }
  for (const std::string& mail : report->removed_again)
    std::fprintf(json ? stderr : stdout,
                 "would be removed again, which was accepted or is how it stood: %s\n",
                 mail.c_str());
  return 0;
}

// Released mails first: measuring takes away the right to open files.
int check_rules(const Configuration& configuration, const LoadedRules& rules,
                const AnalyzerCommand& command) {
  const auto texts = measured_texts(command.cases);
  if (!texts) {
    std::fprintf(stderr, "%s\n", texts.error().message.c_str());
    return 2;
  }
  const int status = check_guard(configuration, rules, command.json);
  std::vector<PatternCost> costs;
  if (command.top > 0) {
    auto measured = slowest_patterns(rules, *texts, command.top);
    if (!measured) {
      std::fprintf(stderr, "costs are not measured: %s\n", measured.error().message.c_str());
    } else {
      costs = std::move(*measured);
    }
  }
  command.json ? print_json(rules, costs) : print_text(rules, costs);
  return status;
}

}  // namespace

int run_rules(const Configuration& configuration, const AnalyzerCommand& command) {
  const auto rules = load_configured_rules(configuration, command.rules);
  if (!rules) {
    std::fprintf(stderr, "%s\n", rules.error().message.c_str());
    return 2;
  }
  if (command.mode == AnalyzerCommand::Mode::list_rules) {
    for (const RuleSummary& rule : list_rules(*rules->rules))
      std::printf("%s\n", line_of(rule, command.json).c_str());
    return 0;
  }
  if (command.mode == AnalyzerCommand::Mode::check_cases) return check_cases(*rules, command);
  return check_rules(configuration, *rules, command);
}

}  // namespace secondlook
