#include "journal_ingest/log_writer.h"

#include <filesystem>
#include <future>
#include <thread>

#include <catch2/catch.hpp>

#include "journal_ingest/recorded_mark.h"
#include "schema/journal_log/reader.h"
#include "tests/journal_ingest/log_fixture.h"

using namespace secondlook;
namespace fs = std::filesystem;

namespace {

struct RunningWriter {
  LogFixture fixture;
  std::unique_ptr<LogWriter> writer;

  std::string mark() const { return fixture.directory.path() + "/recorded"; }
  LogWriterSettings settings() { return {fixture.path(), mark(), {64 << 10, 1 << 20}, {}}; }
  void start() {
    auto opened = LogWriter::open(settings(), fixture.files, fixture.clock, fixture.random);
    REQUIRE(opened);
    writer = std::move(*opened);
    writer->start();
  }
  std::future<Result<std::uint64_t>> append(const std::string& text) {
    ReportBody body = writer->make_body(0);
    REQUIRE(body.append(text));
    REQUIRE(body.finish());
    auto promise = std::make_shared<std::promise<Result<std::uint64_t>>>();
    writer->append({{"192.0.2.1", "contoso", "", {"j@archive.example"}, "", "", ""},
                    Timestamp(),
                    std::move(body)},
                   [promise](Result<std::uint64_t> outcome) { promise->set_value(outcome); });
    return promise->get_future();
  }
};

}  // namespace

TEST_CASE("each report handed over is answered once, from many threads at a time") {
  RunningWriter running;
  running.start();
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::map<std::uint64_t, std::string> answered;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string text(i % 10 == 9 ? 20'000 : 700, static_cast<char>('a' + t));
        auto outcome = running.append(text).get();
        const std::lock_guard lock(mutex);
        answered.emplace(outcome.value(), text);
      }
    });
  for (std::thread& thread : threads) thread.join();
  running.writer->stop();
  CHECK(answered.size() == 200);
  running.fixture.acknowledged = answered;
  running.fixture.require_nothing_lost();
}

TEST_CASE("a writer that stops finishes what was handed over") {
  RunningWriter running;
  running.start();
  std::vector<std::future<Result<std::uint64_t>>> outcomes;
  for (std::size_t i = 0; i < 100; ++i)
    outcomes.push_back(running.append(std::string(i * 150, 'x')));
  running.writer->stop();
  for (auto& outcome : outcomes) CHECK(outcome.get());
  CHECK(read_all(running.fixture.path()).size() == 100);
}

TEST_CASE("a large report whose sync fails is not accepted") {
  RunningWriter running;
  auto opened = LogWriter::open(running.settings(), running.fixture.files, running.fixture.clock,
                                running.fixture.random);
  REQUIRE(opened);
  running.writer = std::move(*opened);
  auto outcome = running.append(std::string(100'000, 'x'));
  running.fixture.files.fail_at(1, true);
  running.writer->start();
  CHECK(outcome.get().error().kind == Error::Kind::temporary);
  running.fixture.files.fail_at(0);
  CHECK(running.append(std::string(100'000, 'y')).get());
}

TEST_CASE("what remediation has recorded is freed, and makes room") {
  RunningWriter running;
  running.start();
  std::uint64_t last = 0;
  while (running.writer->has_room()) last = running.append(std::string(9000, 'x')).get().value();
  CHECK_FALSE(running.append("refused").get());
  REQUIRE(replace_file(running.mark(), "{\"log\":\"another\",\"recorded\":100000}"));
  CHECK_FALSE(running.append("refused").get());
  REQUIRE(replace_file(running.mark(), "{\"log\":\"" + running.writer->log() +
                                           "\",\"recorded\":" + std::to_string(last) + "}"));
  // Announced by inotify: waits for what must come, however long the machine takes.
  while (!running.writer->has_room()) std::this_thread::yield();
  CHECK(running.append("accepted").get());
  while (fs::exists(running.fixture.path() + "/0000000001.segment")) std::this_thread::yield();
  running.writer->stop();
  CHECK(read_all(running.fixture.path()).back() == std::to_string(last + 1) + ":accepted");
}

TEST_CASE("a recorded mark is read strictly") {
  CHECK(parse_recorded_mark(R"({"log":"x","recorded":7})")->recorded == 7);
  for (const char* text : {"", "{}", "[]", R"({"log":"x"})", R"({"log":"x","recorded":-1})",
                           R"({"log":7,"recorded":7})", R"({"log":"x","recorded":7)"})
    CHECK(parse_recorded_mark(text).error().kind == Error::Kind::malformed);
}
