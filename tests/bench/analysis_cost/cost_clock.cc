#include "tests/bench/analysis_cost/cost_clock.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace secondlook {

double thread_cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void print_cost(const std::string& who, const std::string& stage, const Load& load,
                double cpu_seconds) {
  const auto messages = static_cast<double>(load.messages);
  const double seconds = std::max(cpu_seconds, 1e-9);
  std::printf(
      "{\"who\": \"%s\", \"stage\": \"%s\", \"messages\": %zu, \"bytes\": %zu, "
      "\"cpu_seconds\": %.4f, \"microseconds\": %.1f, \"messages_per_cpu_second\": %.1f, "
      "\"mb_per_cpu_second\": %.1f}\n",
      who.c_str(), stage.c_str(), load.messages, load.bytes, cpu_seconds, seconds * 1e6 / messages,
      messages / seconds, static_cast<double>(load.bytes) / 1e6 / seconds);
  std::fflush(stdout);
}

}  // namespace secondlook
