#include "notify/alerts/conditions.h"

#include <catch2/catch.hpp>

#include "tests/notify/alerts/alert_scene.h"
#include "tests/support/test_certificate.h"

namespace secondlook {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

// Monday, 2026-11-23, 14:00.
const Timestamp kMonday = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + hours(14);

// An office: a mail a minute from 8 to 18 on weekdays, one an hour else, over some weeks up to
// `until`.
struct Office {
  StoreFixture detections;

  explicit Office(Timestamp until, int weeks = 5) {
    auto writer = must(Connection::open(detections.path, ConnectionMode::read_write));
    must(writer->execute("BEGIN"));
    int number = 0;
    for (Timestamp at = kMonday - days(7 * weeks); at < until; at += minutes(1)) {
      const auto day = std::chrono::floor<days>(at);
      const auto minute = std::chrono::duration_cast<minutes>(at - day).count();
      const std::chrono::weekday weekday{day};
      const bool is_work = weekday != std::chrono::Saturday && weekday != std::chrono::Sunday &&
                           minute >= 8 * 60 && minute < 18 * 60;
      if (!is_work && minute % 60 != 0) continue;
      (void)must(
          writer->run("INSERT INTO messages (tenant, identity, received_at, disposition) "
                      "VALUES ('corp', ?, ?, 'clean')",
                      std::to_string(++number), at));
    }
    must(writer->execute("COMMIT"));
  }
  bool is_silent(Timestamp now, std::chrono::seconds longest = {}) {
    auto events = must(AlertEvents::open(detections.path));
    return must(find_silence(*events, "corp", longest, now)).has_value();
  }
};

TEST_CASE("half an hour without reports on a Monday afternoon is silence") {
  Office office(kMonday);
  CHECK_FALSE(office.is_silent(kMonday + minutes(2)));
  CHECK_FALSE(office.is_silent(kMonday + minutes(10)));
  CHECK(office.is_silent(kMonday + minutes(30)));
}

TEST_CASE("nights and weekends without reports are quiet, not silent") {
  // Friday, 18:05: the last mails of the week, then nothing at all.
  const Timestamp friday = kMonday - days(3) + hours(4);
  Office office(friday);
  CHECK_FALSE(office.is_silent(friday + hours(2)));
  CHECK_FALSE(office.is_silent(friday + hours(12)));
  CHECK_FALSE(office.is_silent(friday + hours(10)));
  // Monday at nine there would have been an hour of mails.
  CHECK(office.is_silent(kMonday - hours(5)));
}

TEST_CASE("one holiday among the weeks before decides nothing, two do") {
  Office office(kMonday);
  auto writer = must(Connection::open(office.detections.path, ConnectionMode::read_write));
  const auto empty_day = [&](int weeks) {
    (void)must(writer->run("DELETE FROM messages WHERE received_at > ? AND received_at < ?",
                           kMonday - days(7 * weeks) - hours(6),
                           kMonday - days(7 * weeks) + hours(6)));
  };
  empty_day(2);
  CHECK(office.is_silent(kMonday + minutes(30)));
  empty_day(3);
  CHECK_FALSE(office.is_silent(kMonday + minutes(30)));
}

TEST_CASE("without two weeks of history nothing is usual, and silence needs a fixed time") {
  Office office(kMonday, 1);
  CHECK_FALSE(office.is_silent(kMonday + hours(3)));
  CHECK(office.is_silent(kMonday + hours(3), hours(2)));
  CHECK_FALSE(office.is_silent(kMonday + hours(1), hours(2)));
}

TEST_CASE("forged reports do not break a silence") {
  Office office(kMonday);
  auto writer = must(Connection::open(office.detections.path, ConnectionMode::read_write));
  (void)must(
      writer->run("INSERT INTO messages (tenant, identity, received_at, disposition) VALUES "
                  "('corp', 'forged', ?, 'forged_report')",
                  kMonday + minutes(29)));
  CHECK(office.is_silent(kMonday + minutes(30)));
}

TEST_CASE("many unscanned mails are told, a few among few are not") {
  StoreFixture detections;
  auto writer = must(Connection::open(detections.path, ConnectionMode::read_write));
  const auto add = [&](int count, const char* disposition) {
    static int number = 0;
    for (int i = 0; i < count; ++i)
      (void)must(
          writer->run("INSERT INTO messages (tenant, identity, received_at, disposition) "
                      "VALUES ('corp', ?, ?, ?)",
                      std::to_string(++number), kMonday, disposition));
  };
  auto events = must(AlertEvents::open(detections.path));
  add(2, "unscanned");
  add(8, "clean");
  CHECK(must(find_unscanned(*events, 5, kMonday + minutes(5))).empty());
  add(30, "clean");
  const auto found = must(find_unscanned(*events, 5, kMonday + minutes(5)));
  REQUIRE(found.size() == 1);
  CHECK(found[0].facts.at("percent") == "5");
  CHECK(must(find_unscanned(*events, 5, kMonday + hours(2))).empty());
  CHECK(must(find_unscanned(*events, 0, kMonday + minutes(5))).empty());
}

TEST_CASE("a certificate's end is read, and judged by the days left") {
  TestCertificateWish wish;
  wish.not_after = kMonday + days(10);
  const Timestamp end = must(certificate_end(make_test_certificate(wish).certificate));
  CHECK(end == kMonday + days(10));
  CHECK_FALSE(judge_certificate("corp", "x", "/x", end, 9, kMonday));
  const auto soon = judge_certificate("corp", "x", "/x", end, 21, kMonday);
  REQUIRE(soon);
  CHECK(soon->severity == AlertSeverity::warning);
  CHECK(soon->facts.at("days") == "10");
  CHECK(judge_certificate("corp", "x", "/x", end, 21, kMonday + days(4))->severity ==
        AlertSeverity::critical);
  CHECK(judge_certificate("corp", "x", "/x", end, 21, kMonday + days(40))->facts.at("days") == "0");
  CHECK_FALSE(certificate_end("no certificate"));
}

TEST_CASE("room is short from the percentage on") {
  CHECK_FALSE(judge_space({"journal log", 79, 100}, 80));
  REQUIRE(judge_space({"journal log", 80, 100}, 80));
  CHECK_FALSE(judge_space({"journal log", 100, 100}, 0));
}

TEST_CASE("an archive at its bound is no shortage") {
  TemporaryDirectory directory;
  directory.write("0000000001.segment", std::string(5000, 'x'));
  PathSettings paths;
  paths.journal = directory.path().string();
  paths.database = directory.file("detections.db");
  JournalSettings journal;
  journal.max_unrecorded_bytes = 5000;
  const auto log_use = [&] {
    const auto all = measure_space(paths, journal);
    REQUIRE(all.size() == 3);
    return all[0];
  };
  CHECK(log_use().used == 5000);
  journal.archive_days = 1;
  journal.archive_bytes = 4000;
  CHECK(log_use().used == 1000);
}

}  // namespace
}  // namespace secondlook
