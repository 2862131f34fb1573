#include "analyzer/scan_service.h"

#include <map>
#include <thread>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/unix_socket.h"
#include "schema/verdict.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;
using namespace std::chrono_literals;

namespace {

std::string obey(const JobInput& input) {
  const std::string_view file = input.bytes;
  if (file == "die" || (file == "die once" && input.job.attempt == 1)) ::_exit(9);
  return "verdict of " + std::string(file);
}

// Sends the files as jobs, gives the results by index.
std::map<std::string, std::string> scan(const std::vector<std::string>& files) {
  auto ends = make_socket_pair();
  REQUIRE(ends);
  std::thread analyzer([socket = std::move(ends->second)] {
    const SystemClock clock;
    PoolSettings settings;
    settings.workers = 2;
    auto pool = WorkerPool::start(
        settings, [](const WorkerHelpers&) -> AnalyseJob { return obey; }, {}, clock);
    if (!pool) return;
    [[maybe_unused]] const auto done = ScanService(socket.number(), *pool, {}).run();
  });
  const TemporaryDirectory directory;
  const int tool = ends->first.number();
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto file = open_file(directory.write(std::to_string(i), files[i]), O_RDONLY);
    REQUIRE(file);
    const std::string job = encode_frame(static_cast<std::uint8_t>(ScanFrame::job),
                                         "{\"index\": " + std::to_string(i) + "}");
    CHECK(send_with_descriptors(tool, job, {file->number()}));
  }
  ::shutdown(tool, SHUT_WR);
  FrameReader frames(1 << 20);
  std::map<std::string, std::string> results;
  while (const auto frame = receive_frame(tool, frames, 60s)) {
    const auto line_end = frame->payload.find('\n');
    results[frame->payload.substr(0, line_end)] = frame->payload.substr(line_end + 1);
  }
  analyzer.join();
  return results;
}

}  // namespace

TEST_CASE("every file that the tool passes is answered once") {
  const auto results = scan({"a", "b", "", "d", "e"});
  REQUIRE(results.size() == 5);
  CHECK(results.at("0") == "verdict of a");
  CHECK(results.at("2") == "verdict of ");
  CHECK(results.at("4") == "verdict of e");
}

TEST_CASE("a file that kills workers is unscanned with the reason, one that does so once is not") {
  const auto results = scan({"die", "die once", "b"});
  REQUIRE(results.size() == 3);
  const auto verdict = parse_verdict(results.at("0"));
  REQUIRE(verdict);
  CHECK(verdict->disposition == Disposition::unscanned);
  CHECK(verdict->errors == std::vector<std::string>{"worker ended with status 9"});
  CHECK(results.at("1") == "verdict of die once");
  CHECK(results.at("2") == "verdict of b");
}

TEST_CASE("a scan of nothing ends") {
  CHECK(scan({}).empty());
}
