// What our rule engine finds in mails, `__` rules too, in the form of spamassassin_hits.pl:
//
//   our_hits CACHE RULES… < list of files
//
//   rule NAME TYPE SCORE REASON       REASON: why it is left out or switched off, else empty
//   hit FILE NAME
//   mail FILE SCORE
#include <cstdio>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/message/parsed_message.h"
#include "analyzer/rule_engine/compiled_rules.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"
#include "base/file_descriptor.h"
#include "tests/bench/agreement/scored_parts.h"

namespace secondlook {
namespace {

constexpr std::size_t kLargestMail = 64 << 20;

std::string reason_of(const CompiledRule& rule) {
  if (rule.runs) return "";
  if (rule.definition.switched_off) return "switched off";
  return rule.definition.unsupported.empty() ? "no such eval function"
                                             : rule.definition.unsupported;
}

void print_rules(const CompiledRules& rules) {
  for (const CompiledRule& rule : rules.rules) {
    const RuleDefinition& read = rule.definition;
    std::printf("rule\t%s\t%s\t%g\t%s\n", read.name.c_str(),
                std::string(name_of(read.kind)).c_str(), read.score, reason_of(rule).c_str());
  }
}

Result<void> scan(RuleScanner& scanner, const std::string& file) {
  const auto bytes = read_file(file, kLargestMail);
  if (!bytes) return bytes.error();
  const ParsedMessage message = parse_message(*bytes);
  const std::vector<Recipient> nobody;
  const Result<ScanOutcome> outcome = scanner.scan({message, {}, "", nobody});
  if (!outcome) return outcome.error();
  double score = 0;
  for (const RuleHit& hit : outcome->hits) {
    std::printf("hit\t%s\t%s\n", file.c_str(), hit.rule.c_str());
    score += hit.score;
  }
  for (const std::string& error : outcome->errors) {
    std::fprintf(stderr, "%s: %s\n", file.c_str(), error.c_str());
  }
  std::printf("mail\t%s\t%.3f\n", file.c_str(), score);
  return {};
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) return 2;
  Result<CompiledResult> compiled = compile_with_scored_parts(
      {arguments.begin() + 1, arguments.end()}, stock_evals(), arguments.front());
  if (!compiled) {
    std::fprintf(stderr, "%s\n", compiled.error().message.c_str());
    return 2;
  }
  print_rules(compiled->rules);
  RuleScanner scanner(std::make_shared<const CompiledRules>(std::move(compiled->rules)));
  for (std::string file; std::getline(std::cin, file);) {
    if (const auto done = scan(scanner, file); !done) {
      std::fprintf(stderr, "%s: %s\n", file.c_str(), done.error().message.c_str());
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace secondlook

int main(int argc, char** argv) {
  return secondlook::run({argv + 1, argv + argc});
}
