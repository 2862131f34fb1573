// Durability is tested by cutting the power, since a killed process leaves the page cache:
// thousands of short lives of a journal log on a disk that keeps only what was synced
// (power_cut_files.h). SECONDLOOK_POWER_CUTS=N makes it N lives (2,000), SECONDLOOK_SEED=N begins
// with another one.
#include <cstdlib>
#include <filesystem>
#include <future>
#include <set>

#include <catch2/catch.hpp>

#include "base/log.h"
#include "journal_ingest/archive_writer.h"
#include "journal_ingest/log_writer.h"
#include "tests/journal_ingest/log_fixture.h"
#include "tests/journal_ingest/power_cut_files.h"

using namespace secondlook;

namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

constexpr int kCutsOfALife = 3;

std::uint64_t power_cuts() {
  return number_from_environment("SECONDLOOK_POWER_CUTS", 2100);
}

// What is known of the reports from the outside: as Exchange and remediation know it.
struct Known {
  std::map<std::uint64_t, std::string> acknowledged;
  std::set<std::string> submitted;
  std::uint64_t freed = 0;  // up to it records may be gone

  // Nothing when the log is what was promised; else the first thing that is not.
  std::optional<std::string> broken_promise(const std::string& path) const {
    std::map<std::uint64_t, std::string> read;
    std::set<std::string> texts;
    for (const std::string& one : read_all(path)) {
      const std::size_t digits = one.find_first_of(":!");
      const std::uint64_t sequence = std::stoull(one.substr(0, digits));
      if (one[digits] == '!') continue;
      const std::string text = one.substr(digits + 1);
      if (!submitted.contains(text)) return "garbage is read as record " + std::to_string(sequence);
      if (!texts.insert(text).second) return "a report is read twice: " + text.substr(0, 20);
      read[sequence] = text;
    }
    for (auto one = acknowledged.upper_bound(freed); one != acknowledged.end(); ++one)
      if (!read.contains(one->first) || read.at(one->first) != one->second)
        return "acknowledged record " + std::to_string(one->first) + " is lost";
    return std::nullopt;
  }
};

// One log through several cuts, restarts and failing syncs, all drawn from the seed.
class Life {
 public:
  Life(std::uint64_t seed, LeftOut left_out)
      : random_(seed),
        files_(seed + 1, left_out),
        kept_{std::chrono::days(seed % 2 == 0 ? 30 : 0), 1 << 30} {
    std::filesystem::create_directories(path());
  }

  std::optional<std::string> live() {
    for (int cut = 0; cut < kCutsOfALife; ++cut) {
      files_.start(path());
      files_.cut_at(1 + below(80));
      if (below(4) == 0) files_.fail_sync_at(1 + below(12));
      for (int start = 0; start < 4 && !files_.is_off(); ++start) run_until_stopped();
      files_.leave_what_is_left();
      if (auto wrong = come_back()) return "cut " + std::to_string(cut + 1) + ": " + *wrong;
    }
    return std::nullopt;
  }

 private:
  std::string path() const { return directory_.path() + "/journal"; }
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  std::unique_ptr<OpenLog> open() {
    auto recovered = recover_log(path(), files_, system_random_);
    if (!recovered) return nullptr;
    auto log = std::make_unique<OpenLog>(std::move(*recovered), CommitSettings{8192, 1 << 20},
                                         kept_, files_, clock_);
    log->retention.set_recorded(recorded_);
    return log->commit.publish() ? std::move(log) : nullptr;
  }

  void run_until_stopped() {
    const auto log = open();
    if (!log) return;
    const std::uint64_t steps = 1 + below(8);
    for (std::uint64_t step = 0; step < steps && !files_.is_off(); ++step) {
      if (below(2) == 0) (void)log->stock.prepare();
      commit(*log, 1 + below(4));
      if (below(3) == 0) free_some(*log);
      if (below(3) == 0) archive_some(*log);
    }
    if (below(2) == 0) log->commit.close();  // else as if killed
  }

  std::string text() {
    const std::uint64_t sizes[] = {0, 40, 700, 1900, 2500, 9000};  // over 2048: a file of its own
    std::string report = "report " + std::to_string(known_.submitted.size()) + " ";
    report.append(below(sizes[below(std::size(sizes))] + 1),
                  static_cast<char>('a' + known_.submitted.size() % 26));
    known_.submitted.insert(report);
    return report;
  }

  // As LogWriter does it: a report in its own file is synced before it enters a group.
  std::optional<FinishedReport> hand_over(OpenLog& log, const std::string& report) {
    ReportBody body(files_, log.recovered.directory.number(), 2048);
    Result<void> done = body.append(report);
    if (done) done = body.finish();
    if (done && body.in_file()) done = files_.sync_all(body.file().number());
    if (!done) return std::nullopt;
    return FinishedReport{
        {"192.0.2.7", "contoso", "", {"j@archive.example"}, "", "", ""}, {}, std::move(body)};
  }

  std::size_t commit(OpenLog& log, std::uint64_t count) {
    std::vector<FinishedReport> reports;
    std::vector<std::string> texts;
    while (count-- > 0) {
      const std::string report = text();
      auto finished = hand_over(log, report);
      if (!finished) continue;
      reports.push_back(std::move(*finished));
      texts.push_back(report);
    }
    std::size_t accepted = 0;
    const auto outcomes = log.commit.commit(reports);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (!outcomes[i]) continue;
      ++accepted;
      if (!known_.acknowledged.emplace(*outcomes[i], texts[i]).second) given_twice_ = *outcomes[i];
    }
    return accepted;
  }

  void free_some(OpenLog& log) {
    if (known_.acknowledged.empty()) return;
    recorded_ = std::max(recorded_, below(known_.acknowledged.rbegin()->first + 1));
    if (!log.retention.set_recorded(recorded_)) return;
    if (kept_.archive.count() == 0) known_.freed = recorded_;
    for (const std::string& name : log.retention.take_freeable(clock_.now()))
      (void)files_.unlink(log.recovered.directory.number(), name);
  }

  void archive_some(OpenLog& log) {
    ArchiveWriter archive(files_, log.recovered.directory.number(), log.recovered.log);
    const auto segment = log.retention.next_to_archive();
    if (!segment) return;
    const auto archived = archive.compress(*segment, std::atomic<bool>(false));
    if (!archived) return log.retention.give_up_archiving();
    log.retention.set_archived(*segment, *archived);
    (void)archive.unlink_plain(*segment);
  }

  // The machine starts again: everything promised is there, and the writer goes on.
  std::optional<std::string> come_back() {
    files_.start(path());
    if (given_twice_) return "number " + std::to_string(*given_twice_) + " was given twice";
    const auto log = open();
    if (!log) return "the log cannot be opened";
    if (commit(*log, 3) != 3) return "the writer does not go on";
    if (given_twice_) return "number " + std::to_string(*given_twice_) + " is given again";
    log->commit.close();
    return known_.broken_promise(path());
  }

  TemporaryDirectory directory_;
  std::mt19937_64 random_;
  PowerCutFiles files_;
  StandingClock clock_;
  SystemRandom system_random_;
  const RetentionSettings kept_;
  std::uint64_t recorded_ = 0;
  Known known_;
  std::optional<std::uint64_t> given_twice_;
};

// The same with the writer's own threads, where the order of things is not ours to say.
std::optional<std::string> live_with_threads(std::uint64_t seed, LeftOut left_out) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/journal";
  std::filesystem::create_directories(path);
  std::mt19937_64 random(seed);
  PowerCutFiles files(seed + 1, left_out);
  const StandingClock clock;
  SystemRandom system_random;
  files.start(path);
  files.cut_at(3 + random() % 150);
  Known known;
  std::vector<std::pair<std::string, std::future<Result<std::uint64_t>>>> outcomes;
  if (auto writer =
          LogWriter::open({path, "", {16 << 10, 1 << 20}, {}}, files, clock, system_random)) {
    (*writer)->start();
    for (int i = 0; i < 60 && !files.is_off(); ++i) {
      const std::string text = "report " + std::to_string(i) + std::string(random() % 7000, 'x');
      known.submitted.insert(text);
      ReportBody body = (*writer)->make_body(0);
      if (!body.append(text) || !body.finish()) continue;
      auto promise = std::make_shared<std::promise<Result<std::uint64_t>>>();
      outcomes.emplace_back(text, promise->get_future());
      (*writer)->append(
          {{"192.0.2.7", "contoso", "", {"j@archive.example"}, "", "", ""}, {}, std::move(body)},
          [promise](auto outcome) { promise->set_value(std::move(outcome)); });
      if (random() % 3 == 0) outcomes.back().second.wait();
    }
    (*writer)->stop();
  }
  for (auto& [text, outcome] : outcomes)
    if (const auto sequence = outcome.get()) known.acknowledged[*sequence] = text;
  files.leave_what_is_left();
  files.start(path);
  const auto again =
      LogWriter::open({path, "", {16 << 10, 1 << 20}, {}}, files, clock, system_random);
  if (!again) return "the log cannot be opened";
  return known.broken_promise(path);
}

// Failing on purpose thousands of times need not be told thousands of times.
struct Silence {
  Silence() { set_up_log("test", LogFormat::text, static_cast<LogLevel>(99)); }
  ~Silence() { set_up_log("test", LogFormat::text, LogLevel::info); }
};

void require_control_to_lose(LeftOut left_out) {
  const Silence silence;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed)
    if (const auto wrong = Life(seed, left_out).live()) {
      WARN("found in life " << seed << ": " << *wrong);
      return;
    }
  FAIL("a sync was left out and nobody noticed");
}

}  // namespace

TEST_CASE("nothing acknowledged is lost, and no garbage read, when the power is cut anywhere") {
  const Silence silence;
  const std::uint64_t first = number_from_environment("SECONDLOOK_SEED", 1);
  const std::uint64_t lives = power_cuts() / kCutsOfALife;
  for (std::uint64_t seed = first; seed < first + lives; ++seed) {
    const auto wrong = Life(seed, LeftOut::nothing).live();
    INFO("SECONDLOOK_SEED=" << seed << " SECONDLOOK_POWER_CUTS=" << kCutsOfALife);
    REQUIRE(wrong.value_or("") == "");
  }
}

TEST_CASE("nothing acknowledged is lost when the power is cut under the writer's threads") {
  const Silence silence;
  const std::uint64_t lives = power_cuts() / 10;
  for (std::uint64_t seed = 1; seed <= lives; ++seed)
    REQUIRE(live_with_threads(seed, LeftOut::nothing).value_or("") == "");
}

TEST_CASE("control: a writer that does not sync a large report's file loses one") {
  const Silence silence;
  std::string wrong;
  for (std::uint64_t seed = 1; seed <= 500 && wrong.empty(); ++seed)
    wrong = live_with_threads(seed, LeftOut::report_file).value_or("");
  CHECK(wrong.find("is lost") != std::string::npos);
}

TEST_CASE("control: without the sync of a segment's data something is lost") {
  require_control_to_lose(LeftOut::segment_data);
}

TEST_CASE("control: without the sync of a large report's file something is lost") {
  require_control_to_lose(LeftOut::report_file);
}

TEST_CASE("control: without the directory's sync behind a report's link something is lost") {
  require_control_to_lose(LeftOut::directory_after_report_link);
}

TEST_CASE("control: without the directory's sync behind a segment's link something is lost") {
  require_control_to_lose(LeftOut::directory_after_segment_link);
}
