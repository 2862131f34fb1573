// bench_unwrap DIRECTORY [ROUNDS]: megabytes per CPU-second of unwrap_journal_report() alone, over
// the journal reports in DIRECTORY, which are read into memory first. Reference of the same run:
// memchr() for a byte that never comes (what merely looking at each byte once costs).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/message/journal_report.h"
#include "tests/bench/load_source.h"

using namespace secondlook;

namespace {

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// The median of the rounds, in CPU seconds for all reports.
template <typename Each>
double measure(const std::vector<std::string>& reports, int rounds, Each&& each) {
  std::vector<double> seconds;
  for (int round = 0; round < rounds; ++round) {
    const double began = cpu_seconds();
    for (const std::string& report : reports) each(report);
    seconds.push_back(cpu_seconds() - began);
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

void print(const char* name, double bytes, std::size_t reports, double seconds) {
  std::printf("%-24s %8.0f MB per CPU-second  %8.2f us a report\n", name, bytes / 1e6 / seconds,
              seconds * 1e6 / static_cast<double>(reports));
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  const int rounds = count > 2 ? std::max(1, std::atoi(arguments[2])) : 5;
  auto source = ReportFiles::open(arguments[1]);
  if (!source) {
    std::fprintf(stderr, "bench_unwrap: %s\n", source.error().message.c_str());
    return 2;
  }
  std::vector<std::string> reports;
  double bytes = 0;
  while (auto report = source->next()) {
    bytes += static_cast<double>(report->size());
    reports.push_back(std::move(report->head));
  }
  std::size_t unwrapped = 0, found = 0;
  const double unwrap = measure(reports, rounds, [&](std::string_view report) {
    const auto result = unwrap_journal_report(report);
    if (result && !result->original.empty()) ++unwrapped;
  });
  // 0xFF stands in no UTF-8 text; where it does come, the search goes on behind it.
  const double floor = measure(reports, rounds, [&](std::string_view report) {
    for (std::size_t at = 0; at < report.size(); ++found) {
      const void* hit = std::memchr(report.data() + at, 0xFF, report.size() - at);
      if (hit == nullptr) break;
      at = static_cast<std::size_t>(static_cast<const char*>(hit) - report.data()) + 1;
    }
  });
  std::printf("%zu reports, %.0f MB, %zu of them unwrapped, median of %d rounds (%zu hits)\n",
              reports.size(), bytes / 1e6, unwrapped / static_cast<std::size_t>(rounds), rounds,
              found / static_cast<std::size_t>(rounds));
  print("unwrap_journal_report", bytes, reports.size(), unwrap);
  print("memchr, the same bytes", bytes, reports.size(), floor);
  return 0;
}
