// smtp_load: reports over kept-open sessions as fast as the server takes them; prints one line of
// JSON. Exit 1 when a session was lost or a report refused.
//   smtp_load --to HOST:PORT --recipient A [--sessions N] [--bytes N] [--seconds S | --count N]
//             [--directory DIR] [--tls] [--data] [--process PID]
// Each hundred sessions come from an address of their own, 127.0.0.1, 127.0.0.2, …: a server may
// bound what one peer may hold. --directory: each report of DIR once, instead of numbered ones.
// --process: whose costs are printed, its descendants' included.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "tests/bench/load_session.h"
#include "tests/bench/process_cost.h"
#include "tests/support/tcp_stream.h"

using namespace secondlook;

namespace {

constexpr unsigned kSessionsOfOneAddress = 100;

struct Options {
  std::string to, recipient, directory;
  std::string mail_from = "journal-ndr@contoso.example";
  unsigned sessions = 1;
  std::size_t bytes = 20'000;
  double seconds = 0;
  std::uint64_t count = 0;
  bool tls = false, data = false;
  pid_t process = 0;
};

void describe(CLI::App& app, Options& options) {
  app.add_option("--to", options.to, "HOST:PORT")->required();
  app.add_option("--recipient", options.recipient)->required();
  app.add_option("--mail-from", options.mail_from);
  app.add_option("--sessions", options.sessions);
  app.add_option("--bytes", options.bytes, "of one report");
  app.add_option("--seconds", options.seconds);
  app.add_option("--count", options.count);
  app.add_option("--directory", options.directory);
  app.add_flag("--tls", options.tls);
  app.add_flag("--data", options.data, "DATA instead of BDAT");
  app.add_option("--process", options.process);
}

double own_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Costs {
  std::chrono::steady_clock::time_point at;
  double server = 0, load = 0;
};

Costs costs_now(pid_t process) {
  return {std::chrono::steady_clock::now(), process > 0 ? cpu_seconds_of_tree(process) : 0,
          own_cpu_seconds()};
}

double percentile(const std::vector<double>& sorted, double part) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1,
                         static_cast<std::size_t>(static_cast<double>(sorted.size()) * part))];
}

void print(const Options& options, LoadMeasurements& measured, const Costs& before,
           const Costs& after) {
  std::vector<double>& times = measured.milliseconds;
  std::sort(times.begin(), times.end());
  const double seconds = std::chrono::duration<double>(after.at - before.at).count();
  const auto messages = static_cast<double>(times.size());
  const auto each = [&](double cpu) { return cpu * 1e6 / std::max(messages, 1.0); };
  std::printf(
      "%s\n",
      nlohmann::ordered_json{
          {"messages", times.size()},
          {"seconds", seconds},
          {"per_second", messages / seconds},
          {"megabytes_per_second", static_cast<double>(measured.bytes) / 1e6 / seconds},
          {"p50_ms", percentile(times, 0.50)},
          {"p99_ms", percentile(times, 0.99)},
          {"max_ms", percentile(times, 1)},
          {"server_cpu_us", each(after.server - before.server)},
          {"load_cpu_us", each(after.load - before.load)},
          {"server_peak_resident_mb",
           static_cast<double>(options.process > 0 ? peak_resident_bytes(options.process) : 0) /
               1e6},
          {"problem", measured.problem}}
          .dump()
          .c_str());
}

Result<std::unique_ptr<LoadSource>> make_source(const Options& options) {
  if (options.directory.empty())
    return std::unique_ptr<LoadSource>(std::make_unique<NumberedReports>(
        options.bytes, LoadBounds{options.count, std::chrono::duration<double>(options.seconds)}));
  auto files = ReportFiles::open(options.directory);
  if (!files) return std::move(files).error();
  return std::unique_ptr<LoadSource>(std::make_unique<ReportFiles>(*std::move(files)));
}

std::vector<LoadTarget> targets_by_address(const LoadTarget& target, unsigned sessions) {
  std::vector<LoadTarget> targets;
  for (unsigned i = 0; i * kSessionsOfOneAddress < sessions; ++i) {
    targets.push_back(target);
    targets.back().from = asio::ip::address_v4(asio::ip::address_v4::loopback().to_uint() + i);
  }
  return targets;
}

int run(const Options& options) {
  const auto address = split_host_and_port(options.to);
  auto source = make_source(options);
  if (!address || !source) {
    std::fprintf(stderr, "smtp_load: %s\n",
                 (!address ? address.error() : source.error()).message.c_str());
    return 2;
  }
  asio::ssl::context tls(asio::ssl::context::tls_client);
  const LoadTarget target{{asio::ip::make_address(address->first),
                           static_cast<unsigned short>(std::stoi(address->second))},
                          {},
                          options.mail_from,
                          options.recipient,
                          options.tls ? &tls : nullptr,
                          options.data};
  asio::io_context io(1);
  LoadMeasurements measured;
  const std::vector<LoadTarget> targets = targets_by_address(target, options.sessions);
  std::vector<std::shared_ptr<LoadSession>> sessions;
  unsigned ready = 0;
  for (unsigned i = 0; i < options.sessions; ++i) {
    sessions.push_back(
        std::make_shared<LoadSession>(io, targets[i / kSessionsOfOneAddress], **source, measured));
    sessions.back()->start([&ready] { ++ready; });
  }
  io.run();  // all are connected and greeted, and nothing is under way
  if (ready < options.sessions) {
    std::fprintf(stderr, "smtp_load: %s\n", measured.problem.c_str());
    return 1;
  }
  io.restart();
  const Costs before = costs_now(options.process);
  for (const auto& session : sessions) session->send();
  io.run();
  print(options, measured, before, costs_now(options.process));
  return measured.problem.empty() ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  CLI::App app("Sends journal reports as fast as a server takes them, and measures it.");
  describe(app, options);
  CLI11_PARSE(app, count, arguments);
  return run(options);
}
