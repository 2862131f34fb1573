#include "analyzer/slow_patterns.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include <fcntl.h>

#include "analyzer/rule_engine/sample_texts.h"
#include "base/confinement.h"
#include "base/file_descriptor.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostCases = 1'000;
constexpr std::size_t kMostOfCase = 256 * 1024;
constexpr std::size_t kLargestCase = 64 << 20;

std::uint64_t nanoseconds_now() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

Result<std::vector<std::string>> mails_beneath(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code problem;
  for (auto entry = std::filesystem::recursive_directory_iterator(directory, problem);
       !problem && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(problem))
    if (entry->path().extension() == ".eml") files.push_back(entry->path().string());
  if (problem) return not_found(directory + ": " + problem.message());
  std::sort(files.begin(), files.end());
  if (files.size() > kMostCases) files.resize(kMostCases);
  return files;
}

}  // namespace

Result<std::vector<std::string>> measured_texts(const std::string& cases) {
  std::vector<std::string> texts = sample_texts();
  if (cases.empty()) return texts;
  const auto files = mails_beneath(cases);
  if (!files) return files.error();
  for (const std::string& file : *files) {
    const auto bytes = read_file(file, kLargestCase);
    if (!bytes) return bytes.error();
    add_pieces(std::string_view(*bytes).substr(0, kMostOfCase), texts);
  }
  return texts;
}

Result<std::vector<PatternCost>> slowest_patterns(const LoadedRules& rules,
                                                  const std::vector<std::string>& texts,
                                                  std::size_t most) {
  if (const auto confined = confine({}); !confined) return confined.error();
  std::vector<PatternCost> costs = measure_patterns(*rules.rules, texts, &nanoseconds_now);
  const auto fine = std::find_if(costs.begin(), costs.end(),
                                 [](const PatternCost& cost) { return !cost.reached_limit; });
  const std::size_t lost = static_cast<std::size_t>(fine - costs.begin());
  if (costs.size() > std::max(most, lost)) {
    costs.erase(costs.begin() + static_cast<std::ptrdiff_t>(std::max(most, lost)), costs.end());
  }
  return costs;
}

std::string_view name_of(GuardKind guard) {
  switch (guard) {
    case GuardKind::literals: return "behind_strings";
    case GuardKind::outline: return "behind_beginnings";
    case GuardKind::none: return "everywhere";
  }
  return "";
}

std::string table_of(const std::vector<PatternCost>& costs) {
  std::string table;
  for (const PatternCost& cost : costs) {
    std::array<char, 256> line{};
    std::snprintf(line.data(), line.size(), "%10.2f  %-36s  %-17s  ",
                  cost.microseconds_per_kilobyte(), cost.rule.c_str(),
                  std::string(name_of(cost.guard)).c_str());
    table += line.data() + cost.file + ":" + std::to_string(cost.line);
    table += cost.reached_limit ? "  reaches the match limit\n" : "\n";
  }
  return table;
}

}  // namespace secondlook
