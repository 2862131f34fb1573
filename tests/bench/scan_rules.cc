// What a rule set costs: `scan_rules CACHE RULES… [-- MAIL…]` prints what became of the rules, how
// long the start took (cold when CACHE is empty), and for the mails, in CPU time, how long parsing
// and scanning took and how many rules hit. SCAN_COMPLAINTS=1 lists what was left out.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/message/parsed_message.h"
#include "analyzer/rule_engine/compiled_rules.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "base/file_descriptor.h"

namespace secondlook {
namespace {

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void print_facts(const LoadedRules& loaded, double seconds) {
  const RuleSetFacts& facts = loaded.facts;
  std::printf(
      "%.2f CPU s %s: %zu rules, %zu patterns (%zu behind strings, %zu behind outlines, %zu "
      "unguarded), %zu "
      "rules left out, %zu complaints\n",
      seconds, facts.from_cache ? "warm" : "cold", facts.rules, facts.patterns, facts.by_literals,
      facts.by_outline, facts.unguarded, facts.unsupported, loaded.complaints.size());
  for (const TextGroup& group : loaded.rules->groups) {
    if (group.patterns.size() < 10) continue;
    std::printf("  %-24s %4zu patterns, %zu strings in %zu kB\n", group.label.c_str(),
                group.patterns.size(), group.by_bytes.literals.size(),
                group.by_bytes.database.bytes() / 1024);
  }
}

void scan_mails(const LoadedRules& loaded, const std::vector<std::string>& mails) {
  RuleScanner scanner(loaded.rules);
  const std::vector<Recipient> nobody;
  double parsing = 0, scanning = 0, slowest = 0;
  std::size_t bytes = 0, hits = 0, errors = 0;
  for (const std::string& mail : mails) {
    const double begin = cpu_seconds();
    const ParsedMessage message = parse_message(mail);
    const double parsed = cpu_seconds();
    const Result<ScanOutcome> outcome = scanner.scan({message, {}, "", nobody});
    const double scanned = cpu_seconds();
    parsing += parsed - begin;
    scanning += scanned - parsed;
    slowest = std::max(slowest, scanned - parsed);
    bytes += mail.size();
    hits += outcome ? outcome->hits.size() : 0;
    errors += outcome ? outcome->errors.size() : 1;
  }
  const auto count = static_cast<double>(mails.size());
  std::printf(
      "%zu mails of %.1f kB: parsing %.0f us, scanning %.0f us each (slowest %.1f ms), %.1f hits "
      "each, %zu errors\n",
      mails.size(), static_cast<double>(bytes) / 1e3 / count, parsing / count * 1e6,
      scanning / count * 1e6, slowest * 1e3, static_cast<double>(hits) / count, errors);
}

}  // namespace
}  // namespace secondlook

int main(int argc, char** argv) {
  using namespace secondlook;
  std::vector<std::string> rules, mails;
  bool is_mail = false;
  for (int i = 2; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--") {
      is_mail = true;
    } else if (!is_mail) {
      rules.emplace_back(argv[i]);
    } else if (auto mail = read_file(argv[i], 64 << 20)) {
      mails.push_back(std::move(*mail));
    }
  }
  if (rules.empty()) return 2;
  const double begin = cpu_seconds();
  const Result<LoadedRules> loaded = load_rules(rules, {}, argv[1]);
  if (!loaded) {
    std::fprintf(stderr, "%s\n", loaded.error().message.c_str());
    return 2;
  }
  print_facts(*loaded, cpu_seconds() - begin);
  if (std::getenv("SCAN_COMPLAINTS") != nullptr) {
    for (const RuleComplaint& each : loaded->complaints) std::printf("%s\n", each.text().c_str());
  }
  if (!mails.empty()) scan_mails(*loaded, mails);
}
