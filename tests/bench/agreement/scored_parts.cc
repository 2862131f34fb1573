#include "tests/bench/agreement/scored_parts.h"

#include <utility>

#include "analyzer/rule_engine/parser/rule_parser.h"
#include "analyzer/rule_engine/patterns/database_cache.h"
#include "analyzer/rule_engine/rule_source.h"

namespace secondlook {
namespace {

constexpr double kPartScore = 1e-9;

}  // namespace

Result<CompiledResult> compile_with_scored_parts(const std::vector<std::string>& paths,
                                                 const SignalTable& functions,
                                                 const std::string& cache_directory) {
  Result<std::vector<RuleFile>> files = read_rule_files(paths);
  if (!files) return files.error();
  ParsedRules parsed = parse_rules(*files, 0, read_rule_file);
  for (RuleDefinition& rule : parsed.rules) {
    if (rule.is_part() && !rule.switched_off) rule.score = kPartScore;
  }
  DatabaseCache cache(cache_directory);
  CompiledResult compiled = compile_rules(std::move(parsed.rules), functions, cache);
  compiled.rules.settings = make_stock_settings(parsed.lists);
  compiled.complaints.insert(compiled.complaints.end(), parsed.complaints.begin(),
                             parsed.complaints.end());
  for (const RuleComplaint& complaint : compiled.complaints) {
    if (complaint.fatal) return malformed(complaint.text());
  }
  return compiled;
}

}  // namespace secondlook
