// write_loop DIRECTORY [BYTES [WRITERS [SECONDS]]]: what the disk takes without any SMTP; one line
// of JSON. Two loops over the same bytes in the same directory:
//   raw         one thread; each round overwrites WRITERS messages in a file written ahead, in one
//               write, and syncs it once
//   log_writer  our journal log's writer, WRITERS threads that each wait for their report
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "journal_ingest/log_writer.h"
#include "tests/bench/written_file.h"

using namespace secondlook;
using SteadyClock = std::chrono::steady_clock;

namespace {

struct Loop {
  std::string directory;
  std::string text;
  unsigned writers = 1;
  double seconds = 3;
};

struct Measured {
  std::size_t messages = 0;
  double seconds = 0;
  std::vector<double> milliseconds;  // of each sync, or of each message
};

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

double milliseconds_between(SteadyClock::time_point begin, SteadyClock::time_point end) {
  return std::chrono::duration<double, std::milli>(end - begin).count();
}

nlohmann::ordered_json to_json(Measured measured) {
  std::vector<double>& times = measured.milliseconds;
  std::sort(times.begin(), times.end());
  if (times.empty()) return nullptr;
  return {{"per_second", static_cast<double>(measured.messages) / measured.seconds},
          {"p50_ms", times[times.size() / 2]},
          {"p99_ms", times[times.size() * 99 / 100]}};
}

Measured run_raw(const Loop& loop) {
  WrittenFile file(loop.directory);
  const std::vector<iovec> parts(loop.writers,
                                 {const_cast<char*>(loop.text.data()), loop.text.size()});
  Measured measured;
  const auto begin = SteadyClock::now();
  for (auto now = begin; now < begin + std::chrono::duration<double>(loop.seconds);) {
    file.overwrite_and_sync(parts, loop.text.size() * loop.writers);
    measured.messages += loop.writers;
    const auto done = SteadyClock::now();
    measured.milliseconds.push_back(milliseconds_between(now, done));
    now = done;
  }
  measured.seconds = milliseconds_between(begin, SteadyClock::now()) / 1e3;
  return measured;
}

void write_one(LogWriter& writer, const Clock& clock, const std::string& text) {
  ReportBody body = writer.make_body(0);
  if (!body.append(text) || !body.finish()) give_up("write_loop: report");
  std::atomic<bool> done = false;
  writer.append({{"127.0.0.1", "t", "", {"reports@archive.example"}, "", "", ""},
                 clock.now(),
                 std::move(body)},
                [&](const Result<std::uint64_t>& outcome) {
                  if (!outcome) give_up("write_loop: log writer");
                  done = true;
                  done.notify_one();
                });
  done.wait(false);
}

Measured run_log_writer(const Loop& loop) {
  SystemFiles files;
  SystemClock clock;
  SystemRandom random;
  auto writer = LogWriter::open({loop.directory + "/log", "", {}, {}}, files, clock, random);
  if (!writer) give_up("write_loop: log");
  (*writer)->start();
  std::vector<Measured> each(loop.writers);
  std::vector<std::thread> threads;
  const auto begin = SteadyClock::now();
  for (Measured& one : each)
    threads.emplace_back([&] {
      for (auto now = begin; now < begin + std::chrono::duration<double>(loop.seconds);) {
        write_one(**writer, clock, loop.text);
        const auto done = SteadyClock::now();
        one.milliseconds.push_back(milliseconds_between(now, done));
        now = done;
      }
    });
  for (std::thread& thread : threads) thread.join();
  Measured all;
  all.seconds = milliseconds_between(begin, SteadyClock::now()) / 1e3;
  for (const Measured& one : each)
    all.milliseconds.insert(all.milliseconds.end(), one.milliseconds.begin(),
                            one.milliseconds.end());
  all.messages = all.milliseconds.size();
  return all;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  Loop loop;
  loop.directory = std::string(arguments[1]) + "/write_loop-XXXXXX";
  loop.text = std::string(count > 2 ? std::stoul(arguments[2]) : 20'000, 'x');
  if (count > 3) loop.writers = static_cast<unsigned>(std::stoul(arguments[3]));
  if (count > 4) loop.seconds = std::atof(arguments[4]);
  if (::mkdtemp(loop.directory.data()) == nullptr) give_up("write_loop: directory");
  const Measured raw = run_raw(loop);
  const Measured log_writer = run_log_writer(loop);
  std::filesystem::remove_all(loop.directory);
  std::printf("%s\n",
              nlohmann::ordered_json{{"raw", to_json(raw)}, {"log_writer", to_json(log_writer)}}
                  .dump()
                  .c_str());
  return 0;
}
