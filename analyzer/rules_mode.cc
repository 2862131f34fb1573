#include <algorithm>
#include <cstdio>
#include <map>

#include <nlohmann/json.hpp>

#include "analyzer/release_guard.h"
#include "analyzer/service.h"
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

void print_summary(const RuleSetFacts& facts) {
  std::printf(
      "%zu rules, %zu patterns (%zu behind strings, %zu behind what they begin with, "
      "%zu tried everywhere), "
      "%zu unsupported\nrule set %s\n",
      facts.rules, facts.patterns, facts.by_literals, facts.by_outline, facts.unguarded,
      facts.unsupported, facts.hash.c_str());
}

// Rules that count 1 because nobody said otherwise, a line a file.
void print_unscored(const std::vector<RuleSummary>& rules) {
  constexpr std::size_t kMostNames = 5;
  std::map<std::string, std::vector<std::string>> by_file;
  for (const RuleSummary& rule : rules)
    if (rule.is_unscored) by_file[rule.file].push_back(rule.name);
  for (const auto& [file, names] : by_file) {
    std::string some;
    for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i)
      some += (i > 0 ? ", " : "") + names[i];
    if (names.size() > kMostNames)
      some += " and " + std::to_string(names.size() - kMostNames) + " more";
    std::fprintf(stderr, "%s: without a score line, each counts by default: %s\n", file.c_str(),
                 some.c_str());
  }
}

int check_guard(const Configuration& configuration, const LoadedRules& rules) {
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
    std::printf("would be removed again, which was accepted or is how it stood: %s\n",
                mail.c_str());
  return 0;
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
  for (const RuleComplaint& complaint : rules->complaints)
    std::fprintf(stderr, "%s\n", complaint.text().c_str());
  print_unscored(list_rules(*rules->rules));
  print_summary(rules->facts);
  return check_guard(configuration, *rules);
}

}  // namespace secondlook
