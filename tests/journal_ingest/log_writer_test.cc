#include "journal_ingest/log_writer.h"

#include <filesystem>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>

#include <catch2/catch.hpp>
#include <sys/mount.h>
#include <sys/stat.h>

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
    // Catch2's assertions belong to one thread, and this is called from many.
    if (!body.append(text) || !body.finish()) throw std::runtime_error("report not taken");
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

TEST_CASE("a full disk is answered with its reason, and space is all that is needed afterwards") {
  RunningWriter running;
  running.start();
  REQUIRE(running.append("before").get());
  running.fixture.files.fail_at(1, true, ENOSPC);
  const auto refused = running.append("refused").get();
  CHECK(refused.error().kind == Error::Kind::temporary);
  CHECK(refused.error().message.find("No space left on device") != std::string::npos);
  running.fixture.files.fail_at(0);
  CHECK(running.append("after").get());
  running.writer->stop();
  CHECK(read_all(running.fixture.path()) == std::vector<std::string>{"1:before", "2:after"});
}

TEST_CASE("on a disk that really fills up nothing accepted is lost, and freeing makes room") {
  RunningWriter running;
  fs::create_directories(running.fixture.path());
  if (::mount("tmpfs", running.fixture.path().c_str(), "tmpfs", 0, "size=512k") != 0) {
    WARN("skipped: a small file system cannot be mounted here (root only)");
    return;
  }
  running.start();
  std::vector<std::string> accepted;
  for (bool full = false; !full && accepted.size() < 1000;) {
    const std::string text(9000, static_cast<char>('a' + accepted.size() % 26));
    const auto outcome = running.append(text).get();
    full = !outcome;
    if (full) CHECK(outcome.error().message.find("No space left") != std::string::npos);
    if (!full) accepted.push_back(std::to_string(*outcome) + ":" + text);
  }
  CHECK(accepted.size() > 10);
  CHECK(accepted.size() < 100);
  CHECK(read_all(running.fixture.path()) == accepted);
  REQUIRE(replace_file(running.mark(), "{\"log\":\"" + running.writer->log() + "\",\"recorded\":" +
                                           std::to_string(accepted.size()) + "}"));
  while (!running.append("there is room again").get()) std::this_thread::yield();
  running.writer->stop();
  CHECK(read_all(running.fixture.path()).back().ends_with(":there is room again"));
  running.writer.reset();
  REQUIRE(::umount2(running.fixture.path().c_str(), MNT_DETACH) == 0);
}

namespace {

// Syncs that take until they are let go.
class SlowFiles : public Files {
 public:
  std::promise<void> let_go;

  Result<FileDescriptor> make_unnamed(int directory) override {
    return files_.make_unnamed(directory);
  }
  Result<void> write_at(int file, std::span<const std::string_view> parts,
                        std::uint64_t offset) override {
    return files_.write_at(file, parts, offset);
  }
  Result<void> reserve(int file, std::uint64_t offset, std::uint64_t length) override {
    return files_.reserve(file, offset, length);
  }
  Result<void> truncate(int file, std::uint64_t length) override {
    return files_.truncate(file, length);
  }
  Result<void> sync_data(int file) override {
    gone_.wait();
    return files_.sync_data(file);
  }
  Result<void> sync_all(int file) override { return files_.sync_all(file); }
  Result<void> link(int unnamed, int directory, const std::string& name) override {
    return files_.link(unnamed, directory, name);
  }
  Result<void> unlink(int directory, const std::string& name) override {
    return files_.unlink(directory, name);
  }

 private:
  SystemFiles files_;
  std::shared_future<void> gone_ = let_go.get_future().share();
};

// The sync of a large report's own file takes until another one's has begun.
class MeetingFiles final : public SlowFiles {
 public:
  static constexpr int kLarge = 100'000;  // bytes of each of the two reports

  Result<void> sync_all(int file) override {
    struct stat facts {};
    if (::fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size == kLarge)
      both_begun_.arrive_and_wait();
    return SlowFiles::sync_all(file);
  }

 private:
  std::latch both_begun_{2};
};

}  // namespace

TEST_CASE(
    "a sync that takes for ever fills the queue, which says so, and all is well when it ends") {
  SlowFiles files;
  RunningWriter running;
  auto opened = LogWriter::open({running.fixture.path(), "", {64 << 20, 1 << 30}, {}}, files,
                                running.fixture.clock, running.fixture.random);
  REQUIRE(opened);
  running.writer = std::move(*opened);
  running.writer->start();
  std::vector<std::future<Result<std::uint64_t>>> outcomes;
  while (running.writer->has_room()) outcomes.push_back(running.append("waits"));
  CHECK(outcomes.size() >= 20'000);
  const auto refused = running.append("refused").get();
  CHECK(refused.error().kind == Error::Kind::temporary);
  CHECK(refused.error().message == "journal log: queue full");
  files.let_go.set_value();
  std::size_t accepted = 0;
  for (auto& outcome : outcomes) accepted += outcome.get() ? 1 : 0;
  CHECK(accepted == outcomes.size());
  CHECK(running.writer->has_room());
  running.writer.reset();
}

TEST_CASE("large reports are synced at the same time, none waits for another") {
  MeetingFiles files;
  files.let_go.set_value();
  RunningWriter running;
  auto opened = LogWriter::open({running.fixture.path(), "", {64 << 10, 1 << 20}, {}}, files,
                                running.fixture.clock, running.fixture.random);
  REQUIRE(opened);
  running.writer = std::move(*opened);
  auto one = running.append(std::string(MeetingFiles::kLarge, 'x'));
  auto other = running.append(std::string(MeetingFiles::kLarge, 'y'));
  running.writer->start();
  CHECK(one.get());
  CHECK(other.get());
  running.writer->stop();
  CHECK(read_all(running.fixture.path()).size() == 2);
  running.writer.reset();
}

TEST_CASE("with an archive, recorded segments are compressed while the writer goes on") {
  RunningWriter running;
  LogWriterSettings settings = running.settings();
  settings.retention = {std::chrono::days(7), 1 << 30};
  auto opened = LogWriter::open(settings, running.fixture.files, running.fixture.clock,
                                running.fixture.random);
  REQUIRE(opened);
  running.writer = std::move(*opened);
  running.writer->start();
  std::vector<std::string> accepted;
  for (int i = 0; i < 40; ++i) {
    const std::string text(i % 10 == 9 ? 40'000 : 6000, static_cast<char>('a' + i % 26));
    accepted.push_back(std::to_string(running.append(text).get().value()) + ":" + text);
  }
  REQUIRE(
      replace_file(running.mark(), "{\"log\":\"" + running.writer->log() + "\",\"recorded\":40}"));
  const std::string first = running.fixture.path() + "/0000000001.segment";
  while (fs::exists(first)) std::this_thread::yield();
  CHECK(fs::exists(first + ".zst"));
  CHECK(read_all(running.fixture.path()) == accepted);
  CHECK(running.append("after").get().value() == 41);
  running.writer->stop();
}

TEST_CASE("a recorded mark is read strictly") {
  CHECK(parse_recorded_mark(R"({"log":"x","recorded":7})")->recorded == 7);
  for (const char* text : {"", "{}", "[]", R"({"log":"x"})", R"({"log":"x","recorded":-1})",
                           R"({"log":7,"recorded":7})", R"({"log":"x","recorded":7)"})
    CHECK(parse_recorded_mark(text).error().kind == Error::Kind::malformed);
}
