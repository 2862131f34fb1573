// bench_analysis_curve [--largest BYTES] RULES...
// What analysing one mail costs against its size, 10 kB to 10 MB, for four shapes of mails
// (sized_mail.h) in journal reports. A line of JSON each, then for each shape the worst growth of
// the cost a kB from one size to the next: 1 and less is linear. Each point is the median of as
// many analyses as fill some CPU time, at least three, after one that warms up.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/analysis.h"
#include "analyzer/signals/signals.h"
#include "base/clock.h"
#include "base/random.h"
#include "tests/bench/analysis_cost/cost_clock.h"
#include "tests/bench/analysis_cost/sized_mail.h"
#include "tests/support/stand_in_tenant/exchange_delivery.h"

using namespace secondlook;

namespace {

constexpr double kSecondsAPoint = 0.5;
constexpr std::size_t kSizes[] = {10'000,    30'000,    100'000,   300'000,
                                  1'000'000, 3'000'000, 10'000'000};

std::string report_of(const std::string& mail) {
  const SystemClock clock;
  SystemRandom random;
  stand_in::ExchangeDelivery delivery;
  delivery.envelope_from = "ann@fabrikam.example";
  delivery.recipients = {"alice@contoso.example"};
  const auto result =
      stand_in::deliver_as_exchange(mail, std::move(delivery), nullptr, clock, random);
  if (!result) std::abort();
  return result->report;
}

// CPU seconds of one analysis.
double cost_of(Analysis& analysis, const std::string& report) {
  AnalysisContext context;
  context.judge_plain_mail = true;
  const auto once = [&] {
    const double began = thread_cpu_seconds();
    if (to_json(analysis.analyze(report, context)).empty()) std::abort();
    return thread_cpu_seconds() - began;
  };
  once();
  std::vector<double> seconds;
  for (double sum = 0; sum < kSecondsAPoint || seconds.size() < 3; sum += seconds.back())
    seconds.push_back(once());
  return median(std::move(seconds));
}

// The worst growth of the cost a byte.
double measure_shape(Analysis& analysis, MailShape shape, std::size_t largest) {
  double before = 0, worst = 0;
  for (const std::size_t size : kSizes) {
    if (size > largest) break;
    const std::string report = report_of(mail_of(shape, size));
    const double seconds = cost_of(analysis, report);
    const double a_byte = seconds / static_cast<double>(report.size());
    const double growth = before > 0 ? a_byte / before : 0;
    std::printf(
        "{\"shape\": \"%s\", \"bytes\": %zu, \"microseconds\": %.0f, \"microseconds_per_kb\": "
        "%.2f, "
        "\"growth\": %.2f}\n",
        std::string(name_of(shape)).c_str(), report.size(), seconds * 1e6, a_byte * 1e9, growth);
    std::fflush(stdout);
    worst = std::max(worst, growth);
    before = a_byte;
  }
  return worst;
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::string> paths;
  std::size_t largest = kSizes[std::size(kSizes) - 1];
  for (int i = 1; i < count; ++i) {
    if (std::string(arguments[i]) == "--largest" && i + 1 < count)
      largest = std::strtoull(arguments[++i], nullptr, 10);
    else
      paths.emplace_back(arguments[i]);
  }
  const auto rules = load_rules(paths, all_signals(), "");
  if (paths.empty() || !rules) return 2;
  Analysis analysis(*rules, Thresholds{}, nullptr);
  std::vector<std::pair<MailShape, double>> worst;
  for (const MailShape shape : kMailShapes)
    worst.emplace_back(shape, measure_shape(analysis, shape, largest));
  for (const auto& [shape, growth] : worst)
    std::printf("{\"shape\": \"%s\", \"worst_growth\": %.2f}\n",
                std::string(name_of(shape)).c_str(), growth);
  return 0;
}
