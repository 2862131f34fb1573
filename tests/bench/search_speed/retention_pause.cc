// bench_retention DATABASE [--messages N] [--keep N]
// Fills DATABASE with made messages, and then forgets all but --keep of them by the keeper of
// retention while a thread records on as remediation does, a transaction of 20 every 10 ms. Prints
// how long recording took alone and meanwhile, how long the forgetting, and the file's size before
// and after.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>

#include "remediation/retention_keeper.h"
#include "tests/bench/search_speed/made_message.h"

using namespace secondlook;

namespace {

using Steady = std::chrono::steady_clock;

[[noreturn]] void fail(const Error& error) {
  std::fprintf(stderr, "bench_retention: %s\n", error.message.c_str());
  std::exit(2);
}
template <typename Value>
Value must(Result<Value> result) {
  if (!result) fail(result.error());
  return std::move(*result);
}

double megabytes(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<double>(status.st_size) / 1e6 : 0;
}

void record_some(SharedStore& store, std::uint64_t& number, int count) {
  const auto recorded = store.in_transaction([&](Store& open) -> Result<bool> {
    for (int i = 0; i < count; ++i)
      if (auto row = open.record(made_message(++number)); !row) return row.error();
    return true;
  });
  if (!recorded) fail(recorded.error());
}

// Milliseconds of each transaction until `ends`.
std::vector<double> record_on(SharedStore& store, std::uint64_t& number,
                              const std::atomic<bool>& ends) {
  std::vector<double> times;
  while (!ends) {
    const auto begun = Steady::now();
    record_some(store, number, 20);
    times.push_back(std::chrono::duration<double, std::milli>(Steady::now() - begun).count());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::sort(times.begin(), times.end());
  return times;
}

void print(const char* what, const std::vector<double>& times) {
  if (times.empty()) return;
  std::printf("%-28s %6zu transactions of 20: p50 %.1f, p99 %.1f, longest %.1f ms\n", what,
              times.size(), times[times.size() / 2], times[times.size() * 99 / 100], times.back());
  std::fflush(stdout);
}

// The system's, but for the day, which is behind all made messages that are to go.
class LaterClock final : public Clock {
 public:
  explicit LaterClock(Timestamp now) : now_(now) {}
  Timestamp now() const override { return now_; }
  Steady::time_point steady() const override { return Steady::now(); }

 private:
  Timestamp now_;
};

}  // namespace

int main(int count, char** arguments) {
  std::string database;
  std::uint64_t messages = 120'000, keep = 20'000;
  for (int at = 1; at < count; ++at) {
    const std::string argument = arguments[at];
    if (argument == "--messages" && at + 1 < count)
      messages = std::strtoull(arguments[++at], nullptr, 10);
    else if (argument == "--keep" && at + 1 < count)
      keep = std::strtoull(arguments[++at], nullptr, 10);
    else
      database = argument;
  }
  SharedStore store(must(Store::open(database)));
  std::uint64_t number = 0;
  while (number < messages) record_some(store, number, 500);

  std::atomic<bool> ends = false;
  std::thread alarm([&] {
    std::this_thread::sleep_for(std::chrono::seconds(10));
    ends = true;
  });
  print("recording alone", record_on(store, number, ends));
  alarm.join();

  const double before = megabytes(database);
  const LaterClock clock(made_time(messages - keep) + std::chrono::days(1));
  const StopEvent stop = must(StopEvent::make());
  RetentionKeeper keeper(store, 1, clock, stop);
  ends = false;
  std::uint64_t forgotten = 0;
  double seconds = 0;
  std::thread forgetting([&] {
    const auto begun = Steady::now();
    forgotten = must(keeper.keep_house());
    seconds = std::chrono::duration<double>(Steady::now() - begun).count();
    ends = true;
  });
  const std::vector<double> times = record_on(store, number, ends);
  forgetting.join();
  print("while it forgets", times);
  std::printf(
      "%llu messages forgotten and tidied up in %.1f s, %.0f a second; the file: %.0f MB, then "
      "%.0f\n",
      static_cast<unsigned long long>(forgotten), seconds, static_cast<double>(forgotten) / seconds,
      before, megabytes(database));
  return 0;
}
