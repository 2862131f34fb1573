// What a rule set costs: `scan_rules CACHE PATH…` prints what became of the rules and how long a
// cold and a warm start take. With SCAN_TEXT=file the file's bytes stand for every text of a
// message, and the time of a pass over them is printed for each text.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "analyzer/rule_engine/compiled_rules.h"
#include "analyzer/rule_engine/rule_engine.h"

using namespace secondlook;

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::vector<std::string> paths(argv + 2, argv + argc);
  const auto begin = std::chrono::steady_clock::now();
  const Result<LoadedRules> loaded = load_rules(paths, {}, argv[1]);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  if (!loaded) {
    std::fprintf(stderr, "%s\n", loaded.error().message.c_str());
    return 2;
  }
  if (std::getenv("SCAN_COMPLAINTS") != nullptr) {
    for (const RuleComplaint& complaint : loaded->complaints) {
      std::printf("%s\n", complaint.text().c_str());
    }
  }
  const RuleSetFacts& facts = loaded->facts;
  std::printf(
      "%.2f s %s: %zu rules, %zu patterns (%zu Hyperscan, %zu prefiltered, %zu PCRE2), "
      "%zu rules left out, %zu complaints\n",
      seconds.count(), facts.from_cache ? "warm" : "cold", facts.rules, facts.patterns,
      facts.hyperscan, facts.prefiltered, facts.pcre_only, facts.unsupported,
      loaded->complaints.size());
  for (const TextGroup& group : loaded->rules->groups) {
    if (group.patterns.size() < 10) continue;
    std::printf("%-32s %4zu patterns:", group.label.c_str(), group.patterns.size());
    for (const PatternSet& set : group.sets) {
      std::printf(" [%zu %s, %zu kB]", set.patterns.size(), set.by_characters ? "UTF-8" : "bytes",
                  set.database.bytes() / 1024);
    }
    std::printf(" %zu PCRE2 only\n", group.pcre_only.size());
  }
}
