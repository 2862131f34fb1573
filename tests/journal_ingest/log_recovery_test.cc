#include "journal_ingest/log_recovery.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "schema/journal_log/reader.h"
#include "tests/journal_ingest/log_fixture.h"

using namespace secondlook;
using Said = std::vector<std::string>;
namespace fs = std::filesystem;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

// A log as a power cut leaves it: one acknowledged group of two, and behind it whatever the test
// says of a second group of two. Zeros were written ahead.
struct CutLog {
  LogFixture fixture;
  std::string segment;        // path
  std::string whole;          // its bytes with both groups
  std::size_t first_end = 0;  // where the first group ends
  std::size_t second_end = 0;

  CutLog() {
    fs::create_directories(fixture.path());
    write_log_name(fixture.path());
    segment = fixture.path() + "/" + segment_file_name(1);
    const std::vector<TestRecord> records = {
        {1, "one", 0}, {2, "two", 0}, {3, "three", 2}, {4, "four", 2}};
    whole = segment_bytes(1, 1, records, 512);
    first_end =
        kSegmentHeaderBytes + bytes_of(records[0], 1).size() + bytes_of(records[1], 1).size();
    second_end = whole.size() - 512;
  }
  void leave(const std::string& bytes) const {
    write_bytes(segment, bytes);
    write_durable_end(fixture.path(), 0, 0);  // older than the segment, as after a power cut
  }
};

}  // namespace

TEST_CASE("a log cut anywhere in its last group keeps all before it and goes on behind") {
  CutLog log;
  for (std::size_t cut = log.first_end; cut <= log.second_end; ++cut) {
    fs::remove_all(log.fixture.path() + "/" + segment_file_name(2));
    std::string bytes = log.whole.substr(0, cut);
    bytes.resize(log.whole.size(), '\0');
    log.leave(bytes);
    {
      auto open = log.fixture.open();
      REQUIRE(open);
      log.fixture.acknowledged.clear();
      REQUIRE(log.fixture.commit(*open, {"next"}) == 1);
    }
    auto said = read_all(log.fixture.path());
    REQUIRE(said.size() >= 3);
    REQUIRE(said[0] == "1:one");
    REQUIRE(said[1] == "2:two");
    REQUIRE(said.back() == std::to_string(said.size()) + ":next");
    for (const std::string& one : said) REQUIRE_FALSE(one.ends_with("!"));
  }
}

TEST_CASE("a byte changed in the last group costs nothing before it, and no garbage is read") {
  CutLog log;
  for (std::size_t place = log.first_end; place < log.second_end; ++place) {
    std::string bytes = log.whole;
    bytes[place] = static_cast<char>(bytes[place] ^ 0x21);
    log.leave(bytes);
    fs::remove(log.fixture.path() + "/" + segment_file_name(2));
    auto open = log.fixture.open();
    REQUIRE(open);
    log.fixture.acknowledged.clear();
    REQUIRE(log.fixture.commit(*open, {"next"}) == 1);
    const auto said = read_all(log.fixture.path());
    REQUIRE(said.size() >= 3);
    REQUIRE(said[0] == "1:one");
    REQUIRE(said[1] == "2:two");
    REQUIRE(said.back() == std::to_string(said.size()) + ":next");
    for (std::size_t i = 2; i + 1 < said.size(); ++i)
      REQUIRE((said[i] == "3:three" || said[i] == "4:four"));
  }
}

TEST_CASE("bytes of another segment behind the end are never taken for records") {
  CutLog log;
  std::string bytes = log.whole.substr(0, log.first_end);
  bytes += bytes_of({3, "of another segment", 2}, 7) + bytes_of({4, "also", 2}, 7);
  bytes.resize(log.whole.size() + 512, '\0');
  log.leave(bytes);
  auto open = log.fixture.open();
  REQUIRE(open);
  REQUIRE(log.fixture.commit(*open, {"next"}) == 1);
  CHECK(read_all(log.fixture.path()) == Said{"1:one", "2:two", "3:next"});
}

TEST_CASE("a group whose first record did not reach the disk is cut, though its second did") {
  CutLog log;
  std::string bytes = log.whole;
  bytes.replace(log.first_end, 64, 64, '\0');
  log.leave(bytes);
  auto open = log.fixture.open();
  REQUIRE(open);
  REQUIRE(log.fixture.commit(*open, {"next"}) == 1);
  CHECK(read_all(log.fixture.path()) == Said{"1:one", "2:two", "3:next"});
}

TEST_CASE("damage in what was acknowledged is told, and costs nothing behind it") {
  CutLog log;
  std::string bytes = log.whole;
  bytes[kSegmentHeaderBytes + 20] = 'x';
  log.leave(bytes);
  auto open = log.fixture.open();
  REQUIRE(open);
  REQUIRE(log.fixture.commit(*open, {"next"}) == 1);
  CHECK(read_all(log.fixture.path()) == Said{"1!", "2:two", "3:three", "4:four", "5:next"});
}

TEST_CASE("numbers that readers have seen are never given again") {
  CutLog log;
  log.leave(log.whole.substr(0, log.first_end));
  write_durable_end(log.fixture.path(), 4, 1);
  auto open = log.fixture.open();
  REQUIRE(open);
  REQUIRE(log.fixture.commit(*open, {"next"}) == 1);
  CHECK(read_all(log.fixture.path()) == Said{"1:one", "2:two", "3!", "4!", "5:next"});
}

TEST_CASE("zeros behind the last record are given back") {
  CutLog log;
  log.leave(log.whole);
  REQUIRE(log.fixture.open());
  CHECK(content_of(log.segment) == log.whole.substr(0, log.second_end));
}

TEST_CASE("a segment that was never put into use is removed, and its number not used again") {
  CutLog log;
  log.leave(log.whole);
  write_bytes(log.fixture.path() + "/" + segment_file_name(2), std::string(4096, '\0'));
  auto open = log.fixture.open();
  REQUIRE(open);
  CHECK_FALSE(fs::exists(log.fixture.path() + "/" + segment_file_name(2)));
  log.fixture.commit(*open, {"next"});
  CHECK(fs::exists(log.fixture.path() + "/" + segment_file_name(3)));
  CHECK(read_all(log.fixture.path()).back() == "5:next");
}

TEST_CASE("a report file that nobody acknowledged is removed") {
  CutLog log;
  log.leave(log.whole);
  write_bytes(log.fixture.path() + "/" + report_file_name(5), "five");
  REQUIRE(log.fixture.open());
  CHECK_FALSE(fs::exists(log.fixture.path() + "/" + report_file_name(5)));
}

TEST_CASE(
    "a record whose report file is missing was not acknowledged, unless a later one says so") {
  CutLog log;
  const std::string head = encode_segment_header({test_log(), 1, 1, Timestamp()});
  const std::string unlinked = bytes_of({1, "large", 0, true}, 1);
  log.leave(head + unlinked + std::string(512, '\0'));
  {
    auto open = log.fixture.open();
    REQUIRE(open);
    CHECK(open->commit.next_sequence() == 1);
  }
  log.leave(head + unlinked + bytes_of({2, "two", 1}, 1) + std::string(512, '\0'));
  auto open = log.fixture.open();
  REQUIRE(open);
  CHECK(open->commit.next_sequence() == 3);
}

TEST_CASE("a log has one writer at a time") {
  LogFixture log;
  auto first = log.open();
  REQUIRE(first);
  const auto second = recover_log(log.path(), log.files, log.random);
  CHECK(second.error().kind == Error::Kind::forbidden);
}

TEST_CASE("segments without a name for their log are left to a person") {
  CutLog log;
  log.leave(log.whole);
  fs::remove(log.fixture.path() + "/" + kLogNameFile);
  const auto opened = recover_log(log.fixture.path(), log.fixture.files, log.fixture.random);
  CHECK(opened.error().kind == Error::Kind::malformed);
  CHECK(content_of(log.segment) == log.whole);
}
