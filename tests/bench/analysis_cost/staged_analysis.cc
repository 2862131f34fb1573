#include "tests/bench/analysis_cost/staged_analysis.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "analyzer/message/journal_report.h"
#include "analyzer/signals/signals.h"
#include "tests/bench/load_source.h"

namespace secondlook {
namespace {

constexpr std::size_t kReportsAtATime = 50;

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// With which parse_message() renders nothing but the subject.
constexpr MessageLimits kWithoutTexts = {.most_text_bytes = 0, .most_links = 0};

struct NamedCost {
  double microseconds = 0;  // a message
  std::string what;
};

void print_dearest(std::vector<NamedCost> costs, std::size_t top) {
  std::sort(costs.begin(), costs.end(),
            [](const auto& a, const auto& b) { return a.microseconds > b.microseconds; });
  costs.resize(std::min(costs.size(), top));
  for (const NamedCost& cost : costs)
    std::fprintf(stderr, "  %7.1f us a message  %s\n", cost.microseconds, cost.what.c_str());
}

}  // namespace

Result<Reports> read_reports(const std::string& directory) {
  auto source = ReportFiles::open(directory);
  if (!source) return source.error();
  Reports reports;
  while (auto report = source->next()) reports.all.push_back(std::move(report->head));
  reports.load.messages = reports.all.size();
  for (const std::string& report : reports.all) reports.load.bytes += report.size();
  return reports;
}

StagedAnalysis::StagedAnalysis(LoadedRules plain, LoadedRules timed,
                               std::unique_ptr<EvalTime> evals)
    : plain_(std::move(plain)),
      timed_(std::move(timed)),
      evals_(std::move(evals)),
      whole_(plain_, Thresholds{}, nullptr),
      scanner_(timed_.rules) {
  context_.judge_plain_mail = true;
}

Result<StagedAnalysis> StagedAnalysis::load(const std::vector<std::string>& rules) {
  auto evals = std::make_unique<EvalTime>();
  auto plain = load_rules(rules, all_signals(), "");
  if (!plain) return plain.error();
  auto timed = load_rules(rules, timed_evals(*evals), "");
  if (!timed) return timed.error();
  return StagedAnalysis(std::move(*plain), std::move(*timed), std::move(evals));
}

double StagedAnalysis::run_whole(const std::string& report) {
  const double began = thread_cpu_seconds();
  if (to_json(whole_.analyze(report, context_)).empty()) std::abort();
  return thread_cpu_seconds() - began;
}

// The wall-clock seconds of the scan.
double StagedAnalysis::run_in_stages(const std::string& bytes, StageCosts& sum) {
  const double began = thread_cpu_seconds();
  const auto report = unwrap_journal_report(bytes);
  const std::string_view mail = report ? report->original : std::string_view(bytes);
  const double unwrapped = thread_cpu_seconds();
  if (parse_message(mail, kWithoutTexts).parts.empty()) std::abort();
  const double parsed = thread_cpu_seconds();
  const ParsedMessage message = parse_message(mail);
  const double rendered = thread_cpu_seconds();
  const double wall = wall_seconds();
  const auto outcome = scanner_.scan({message, {}, "", report ? report->recipients : nobody_});
  const double scan_wall = wall_seconds() - wall;
  if (!outcome) std::abort();
  sum.scan += thread_cpu_seconds() - rendered;
  sum.render += rendered - parsed - (parsed - unwrapped);
  sum.parse += parsed - began;
  return scan_wall;
}

StageCosts StagedAnalysis::run(const Reports& reports) {
  StageCosts sum;
  const double evals_before = evals_->seconds();
  double scan_wall = 0;
  for (std::size_t from = 0; from < reports.all.size(); from += kReportsAtATime) {
    const std::size_t to = std::min(reports.all.size(), from + kReportsAtATime);
    for (std::size_t i = from; i < to; ++i) sum.total += run_whole(reports.all[i]);
    for (std::size_t i = from; i < to; ++i) scan_wall += run_in_stages(reports.all[i], sum);
  }
  sum.evals = (evals_->seconds() - evals_before) * sum.scan / scan_wall;
  sum.scan -= sum.evals;
  return sum;
}

double StagedAnalysis::run_with_searches_timed(const Reports& reports, std::size_t top) {
  RuleCosts costs;
  costs.nanoseconds_now = [] { return static_cast<std::uint64_t>(wall_seconds() * 1e9); };
  RuleScanner without_clock = std::exchange(scanner_, RuleScanner(timed_.rules));
  scanner_.measure(&costs);
  const EvalTime before = *evals_;
  StageCosts sum;
  double wall = 0;
  for (const std::string& report : reports.all) wall += run_in_stages(report, sum);
  scanner_ = std::move(without_clock);

  const double cpu_of_wall = sum.scan / wall;
  const double scale = 1e6 * cpu_of_wall / static_cast<double>(reports.all.size());
  const auto names = list_rules(rules());
  std::vector<NamedCost> dearest;
  double seconds = 0;
  for (std::size_t i = 0; i < costs.costs.size(); ++i) {
    const double each = static_cast<double>(costs.costs[i].nanoseconds) / 1e9;
    dearest.push_back({each * scale, "PCRE2 for " + names[i].name});
    seconds += each;
  }
  print_dearest(std::move(dearest), top);
  dearest.clear();
  for (const auto& [name, spent] : evals_->by_function) {
    const std::chrono::duration<double> each = spent - before.by_function.at(name);
    dearest.push_back({each.count() * scale, "eval:" + name});
  }
  print_dearest(std::move(dearest), top);
  return seconds * cpu_of_wall;
}

}  // namespace secondlook
