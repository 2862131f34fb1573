#include "journal_ingest/group_commit.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "schema/journal_log/reader.h"
#include "schema/journal_log/segment_file.h"
#include "tests/journal_ingest/log_fixture.h"

using namespace secondlook;
using Said = std::vector<std::string>;

namespace {

std::string large_text(char letter) {
  return std::string(3000, letter);
}

std::size_t segments_in(const std::string& path) {
  const auto directory = open_file(path, 0);
  return list_segments(directory->number())->size();
}

}  // namespace

TEST_CASE("what was accepted is read back in the order of acceptance") {
  LogFixture log;
  auto open = log.open();
  REQUIRE(open);
  CHECK(log.commit(*open, {"one", "two", ""}) == 3);
  CHECK(log.commit(*open, {"four"}) == 1);
  CHECK(read_all(log.path()) == Said{"1:one", "2:two", "3:", "4:four"});
}

TEST_CASE("a group larger than a segment goes into as many as it needs") {
  LogFixture log;
  auto open = log.open();
  REQUIRE(open->stock.prepare());
  std::vector<std::string> reports;
  for (int i = 0; i < 40; ++i) reports.push_back(std::string(500, static_cast<char>('A' + i)));
  CHECK(log.commit(*open, reports) == 40);
  CHECK(segments_in(log.path()) > 4);
  log.require_nothing_lost();
}

TEST_CASE("a large report stands in a file of its own, in its place in the order") {
  LogFixture log;
  auto open = log.open();
  CHECK(log.commit(*open, {"one", large_text('x'), "three"}) == 3);
  CHECK(std::filesystem::file_size(log.path() + "/" + report_file_name(2)) == 3000);
  CHECK(read_all(log.path()) == Said{"1:one", "2:" + large_text('x'), "3:three"});
}

TEST_CASE("a prepared segment takes over from one that had to grow") {
  LogFixture log;
  auto open = log.open();
  log.commit(*open, {"one"});
  REQUIRE(open->stock.prepare());
  log.commit(*open, {"two"});
  CHECK(segments_in(log.path()) == 2);
  CHECK(std::filesystem::file_size(log.path() + "/" + segment_file_name(2)) == 4096);
  log.commit(*open, {"three"});
  CHECK(segments_in(log.path()) == 2);
  open->commit.close();
  CHECK(std::filesystem::file_size(log.path() + "/" + segment_file_name(2)) < 1000);
  log.require_nothing_lost();
}

TEST_CASE("numbers go on after a restart, and every start opens a new segment") {
  LogFixture log;
  for (const char* text : {"one", "two", "three"}) {
    auto open = log.open();
    REQUIRE(open);
    CHECK(log.commit(*open, {text}) == 1);
  }
  CHECK(read_all(log.path()) == Said{"1:one", "2:two", "3:three"});
  CHECK(segments_in(log.path()) == 3);
}

TEST_CASE("a log over its bound accepts nothing until something was recorded") {
  LogFixture log;
  log.settings.max_unrecorded_bytes = 3000;
  auto open = log.open();
  std::size_t accepted = 0;
  for (int i = 0; i < 20; ++i) accepted += log.commit(*open, {std::string(500, 'x')});
  CHECK(accepted > 2);
  CHECK(accepted < 8);
  open->retention.set_recorded(accepted);
  CHECK(log.commit(*open, {"again"}) == 1);
  log.require_nothing_lost();
}

TEST_CASE("whichever call of the file system fails, nothing that was acknowledged is lost") {
  for (const bool for_ever : {false, true}) {
    bool failed = true;
    for (int call = 1; failed; ++call) {
      LogFixture log;
      log.files.fail_at(call, for_ever, call % 2 == 0 ? ENOSPC : EIO);
      if (auto open = log.open()) {
        (void)open->stock.prepare();
        for (const char letter : {'a', 'b', 'c', 'd'})
          log.commit(*open, {std::string(300, letter), large_text(letter), "end"});
      }
      failed = log.files.has_failed();
      log.files.fail_at(0);
      auto again = log.open();
      REQUIRE(again);
      log.require_nothing_lost();
      REQUIRE(log.commit(*again, {"after", large_text('z')}) == 2);
      log.require_nothing_lost();
    }
  }
}

TEST_CASE("after a failed sync the next reports are accepted in a new segment") {
  LogFixture log;
  auto open = log.open();
  log.commit(*open, {"one"});
  log.files.fail_at(2);  // write, then the sync
  CHECK(log.commit(*open, {"lost"}) == 0);
  CHECK(log.files.has_failed());
  CHECK(log.commit(*open, {"two"}) == 1);
  CHECK(segments_in(log.path()) == 2);
  CHECK(read_all(log.path()) == Said{"1:one", "2:two"});
}
