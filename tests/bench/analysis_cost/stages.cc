// bench_analysis_stages WHO REPORTS [--rounds N] [--floor] [--top N] RULES...
// What the analysis of the journal reports in the directory REPORTS costs, stage by stage
// (staged_analysis.h), as JSON lines (cost_clock.h) named WHO. All are read into memory, one round
// warms up, then the median of N rounds (default 3) counts. --floor: the same reports through
// analysis_floor.h and SHA-256. --top: on stderr, the N dearest rules and eval functions.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/message/attachments.h"
#include "analyzer/message/journal_report.h"
#include "analyzer/message/kept_memory.h"
#include "tests/bench/analysis_cost/analysis_floor.h"
#include "tests/bench/analysis_cost/cost_clock.h"
#include "tests/bench/analysis_cost/staged_analysis.h"

using namespace secondlook;

namespace {

struct Options {
  std::string who, directory;
  std::vector<std::string> rules;
  int rounds = 3, top = 0;
  bool floor = false;
};

Options read_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    const auto number = [&] { return ++i < count ? std::max(0, std::atoi(arguments[i])) : 0; };
    if (argument == "--rounds") {
      options.rounds = std::max(1, number());
    } else if (argument == "--top") {
      options.top = number();
    } else if (argument == "--floor") {
      options.floor = true;
    } else if (options.who.empty()) {
      options.who = argument;
    } else if (options.directory.empty()) {
      options.directory = argument;
    } else {
      options.rules.push_back(argument);
    }
  }
  return options;
}

void measure_stages(StagedAnalysis& analysis, const Reports& reports, const Options& options) {
  std::vector<double> parse, render, scan, evals, evaluate, total;
  analysis.run(reports);
  for (int round = 0; round < options.rounds; ++round) {
    const StageCosts costs = analysis.run(reports);
    parse.push_back(costs.parse);
    render.push_back(costs.render);
    scan.push_back(costs.scan);
    evals.push_back(costs.evals);
    evaluate.push_back(costs.total - costs.parse - costs.render - costs.scan);
    total.push_back(costs.total);
  }
  const auto top = static_cast<std::size_t>(options.top);
  const double searches = analysis.run_with_searches_timed(reports, top);
  const auto print = [&](const char* stage, double seconds) {
    print_cost(options.who, stage, reports.load, seconds);
  };
  print("unwrap+parse", median(parse));
  print("render", median(render));
  print("scan", median(scan));
  print("scan, of it PCRE2", searches);
  print("evaluate", median(evaluate));
  print("evaluate, of it eval functions", median(evals));
  print("total", median(total));
}

// Median CPU seconds of a round of `each` over all reports, after one that warms up. `each` returns
// its seconds.
template <typename Each>
double measure(const Reports& reports, int rounds, Each&& each) {
  std::vector<double> seconds;
  for (int round = -1; round < rounds; ++round) {
    double sum = 0;
    for (const std::string& report : reports.all) sum += each(report);
    if (round >= 0) seconds.push_back(sum);
  }
  return median(std::move(seconds));
}

void measure_floor(AnalysisFloor& floor, const Reports& reports, int rounds) {
  std::size_t seen = 0, text_bytes = 0, texts_made = 0;
  const auto timed = [&seen](auto&& work) {
    const double began = thread_cpu_seconds();
    seen += work();
    return thread_cpu_seconds() - began;
  };
  const double parse = measure(reports, rounds, [&](const std::string& bytes) {
    return timed([&] { return floor.parse_and_decode(bytes); });
  });
  const double scan = measure(reports, rounds, [&](const std::string& bytes) {
    const auto report = unwrap_journal_report(bytes);
    const auto texts =
        AnalysisFloor::texts_of(parse_message(report ? report->original : std::string_view(bytes)));
    text_bytes += texts.bytes();
    ++texts_made;
    return timed([&] { return floor.scan(texts).value_or(0); });
  });
  const double hash = measure(reports, rounds, [&](const std::string& bytes) {
    return timed([&] { return sha256_hex(bytes).size(); });
  });
  if (seen == 0) std::abort();
  const std::size_t rounds_made = texts_made / reports.all.size();
  print_cost("floor", "parse+decode", reports.load, parse);
  print_cost("floor", "Hyperscan", {reports.load.messages, text_bytes / rounds_made}, scan);
  print_cost("floor", "total", reports.load, parse + scan);
  print_cost("SHA-256", "total", reports.load, hash);
}

int fail(const Error& error) {
  std::fprintf(stderr, "bench_analysis_stages: %s\n", error.message.c_str());
  return 2;
}

}  // namespace

int main(int count, char** arguments) {
  keep_freed_memory();  // as the analyzer does
  const Options options = read_options(count, arguments);
  if (options.rules.empty()) return 2;
  const auto reports = read_reports(options.directory);
  if (!reports) return fail(reports.error());
  auto analysis = StagedAnalysis::load(options.rules);
  if (!analysis) return fail(analysis.error());
  measure_stages(*analysis, *reports, options);
  if (!options.floor) return 0;
  auto floor = AnalysisFloor::make(analysis->rules());
  if (!floor) return fail(floor.error());
  measure_floor(*floor, *reports, options.rounds);
  return 0;
}
