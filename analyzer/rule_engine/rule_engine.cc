#include "analyzer/rule_engine/rule_engine.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "analyzer/message/attachments.h"
#include "analyzer/rule_engine/compiled_rules.h"
#include "analyzer/rule_engine/parser/rule_parser.h"
#include "analyzer/rule_engine/patterns/database_cache.h"
#include "analyzer/rule_engine/rule_source.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {
namespace {

// Changes whenever the same sources would be judged differently.
constexpr std::string_view kEngineVersion = "secondlook rule engine 3";

std::string hash_of(const std::vector<RuleFile>& files, const SignalTable& signals,
                    const RuleOptions& options) {
  std::string all(kEngineVersion);
  all += "\nscore set " + std::to_string(options.score_set);
  for (const auto& [name, function] : signals) all += "\n" + name;
  for (const RuleFile& file : files) all += "\n" + sha256_hex(file.content);
  return sha256_hex(all);
}

bool is_before(const RuleComplaint& left, const RuleComplaint& right) {
  return std::tie(left.file, left.line, left.column) <
         std::tie(right.file, right.line, right.column);
}

// All that is fatal, one a line.
Result<void> refuse_fatal(const std::vector<RuleComplaint>& complaints) {
  std::string lines;
  for (const RuleComplaint& complaint : complaints) {
    if (!complaint.fatal) continue;
    if (!lines.empty()) lines += '\n';
    lines += complaint.text();
  }
  if (lines.empty()) return {};
  return malformed(std::move(lines));
}

}  // namespace

std::string RuleComplaint::text() const {
  return file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + message;
}

namespace {

// No other judgement: the set's hash stays.
void describe_in_japanese(std::vector<RuleDefinition>& rules) {
  for (RuleDefinition& rule : rules)
    if (!rule.description_ja.empty()) rule.description = rule.description_ja;
}

Result<LoadedRules> load(std::vector<RuleFile> files, const ReadIncluded& read,
                         const SignalTable& signals, const std::string& cache_directory,
                         const RuleOptions& options) {
  ParsedRules parsed = parse_rules(files, options.score_set, read);
  files.insert(files.end(), parsed.included.begin(), parsed.included.end());
  if (options.japanese) describe_in_japanese(parsed.rules);
  DatabaseCache cache(cache_directory);
  SignalTable functions = stock_evals();
  for (const auto& [name, function] : signals) functions[name] = function;
  CompiledResult compiled = compile_rules(std::move(parsed.rules), functions, cache);
  compiled.rules.settings = make_stock_settings(parsed.lists);
  LoadedRules loaded;
  loaded.complaints = std::move(parsed.complaints);
  loaded.complaints.insert(loaded.complaints.end(), compiled.complaints.begin(),
                           compiled.complaints.end());
  std::stable_sort(loaded.complaints.begin(), loaded.complaints.end(), is_before);
  if (auto refused = refuse_fatal(loaded.complaints); !refused) return refused.error();
  cache.remove_old_files();
  loaded.facts = compiled.facts;
  loaded.facts.hash = hash_of(files, functions, options);
  loaded.rules = std::make_shared<const CompiledRules>(std::move(compiled.rules));
  return loaded;
}

}  // namespace

Result<LoadedRules> load_rules(const std::vector<std::string>& paths, const SignalTable& signals,
                               const std::string& cache_directory, const RuleOptions& options) {
  Result<std::vector<RuleFile>> files = read_rule_files(paths);
  if (!files) return files.error();
  return load(std::move(*files), read_rule_file, signals, cache_directory, options);
}

Result<LoadedRules> load_read_rules(const RuleSources& sources, const SignalTable& signals,
                                    const std::string& cache_directory,
                                    const RuleOptions& options) {
  const auto read = [&](const std::string& path) -> Result<std::string> {
    for (const RuleFile& file : sources.included) {
      if (file.name == path) return file.content;
    }
    return not_found("it is not among the files that were read");
  };
  return load(sources.files, read, signals, cache_directory, options);
}

}  // namespace secondlook
