// What becomes of the Japanese mails of each DIRECTORY, kind by kind; phish that its file
// `untouched` names, which no rule was made for, are counted apart as well:
//   bench_japanese DIRECTORY... --rules PATH... [--hits] [--write OUT]
// --hits: each mail with its disposition and what hit. --write: the mails as files, to look at.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analyzer/analysis.h"
#include "analyzer/signals/signals.h"
#include "tests/support/japanese_mail.h"

using namespace secondlook;

namespace {

struct Options {
  std::vector<std::string> directories;
  std::string write_to;
  std::vector<std::string> rules;
  bool hits = false;
};

Options read_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    if (name == "--hits") {
      options.hits = true;
    } else if (name.starts_with("--") && i + 1 < count) {
      ++i;
      if (name == "--rules") options.rules.emplace_back(arguments[i]);
      if (name == "--write") options.write_to = arguments[i];
    } else {
      options.directories.push_back(name);
    }
  }
  return options;
}

struct Row {
  int mails = 0, malicious = 0, suspicious = 0, other = 0;

  void add(Disposition disposition) {
    ++mails;
    malicious += disposition == Disposition::malicious ? 1 : 0;
    suspicious += disposition == Disposition::suspicious ? 1 : 0;
    other += disposition == Disposition::spoof || disposition == Disposition::spam ||
                     disposition == Disposition::bulk
                 ? 1
                 : 0;
  }

  void print(const std::string& name) const {
    std::printf("%-22s %6d %10d %11d %6d %8.1f %%\n", name.c_str(), mails, malicious, suspicious,
                other, 100.0 * (malicious + suspicious) / std::max(1, mails));
  }
};

void write_mail(const std::string& directory, const test::JapaneseMail& mail) {
  const auto path = std::filesystem::path(directory) / (mail.path + ".eml");
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << mail.bytes;
}

void print_hits(const test::JapaneseMail& mail, const Verdict& verdict) {
  std::printf("%-34s %s", mail.path.c_str(), std::string(name_of(verdict.disposition)).c_str());
  for (const RuleHit& hit : verdict.hits) std::printf(" %s", hit.rule.c_str());
  std::printf("\n");
}

std::set<std::string> untouched_of(const std::string& directory) {
  std::set<std::string> paths;
  std::ifstream file(std::filesystem::path(directory) / "untouched");
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line.front() != '#') paths.insert(line);
  return paths;
}

void judge_set(const std::string& directory, const Options& options, Analysis& analysis) {
  AnalysisContext context;
  context.own_domains = {"contoso.example"};
  context.judge_plain_mail = true;
  const std::set<std::string> untouched = untouched_of(directory);
  std::map<std::string, Row> kinds;
  Row good, phish, not_seen;
  for (const test::JapaneseMail& mail : test::read_japanese_mails(directory)) {
    if (!options.write_to.empty())
      write_mail(options.write_to + "/" + std::filesystem::path(directory).filename().string(),
                 mail);
    const Verdict verdict = analysis.analyze(mail.bytes, context);
    if (options.hits) print_hits(mail, verdict);
    kinds[mail.kind].add(verdict.disposition);
    (mail.is_phish ? phish : good).add(verdict.disposition);
    if (untouched.contains(mail.path)) not_seen.add(verdict.disposition);
  }
  std::printf("%s\n%-22s %6s %10s %11s %6s %10s\n", directory.c_str(), "kind", "mails", "malicious",
              "suspicious", "other", "found");
  for (const auto& [kind, row] : kinds) row.print(kind);
  good.print("all good");
  phish.print("all phish");
  if (not_seen.mails > 0) not_seen.print("untouched phish alone");
}

int run(const Options& options) {
  const auto rules = load_rules(options.rules, all_signals(), "");
  if (!rules || options.directories.empty()) {
    std::fprintf(stderr, "bench_japanese DIRECTORY... --rules PATH...: %s\n",
                 rules ? "no directory" : rules.error().message.c_str());
    return 2;
  }
  Analysis analysis(*rules, Thresholds{}, nullptr);
  for (const std::string& directory : options.directories) judge_set(directory, options, analysis);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run(read_options(count, arguments));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_japanese: %s\n", error.what());
    return 2;
  }
}
