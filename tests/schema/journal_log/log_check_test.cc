#include "schema/journal_log/log_check.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/schema/journal_log/log_on_disk.h"

using namespace secondlook;
namespace fs = std::filesystem;

namespace {

// Two records a segment, four segments; the fourth record's report has a file of its own.
struct Log {
  TemporaryDirectory directory;
  Log() {
    write_log_name(directory.path());
    write_segment(directory.path(), 1, 1, {{1, "one"}, {2, "two"}});
    write_segment(directory.path(), 2, 3, {{3, "three"}, {4, "four", 0, true}});
    write_segment(directory.path(), 3, 5, {{5, "five"}, {6, "six"}});
    write_segment(directory.path(), 4, 7, {{7, "seven"}});
    write_bytes(file(report_file_name(4)), "four");
    write_durable_end(directory.path(), 7, 4);
  }
  std::string file(const std::string& name) const { return directory.path() + "/" + name; }
  // What `meanwhile` does happens behind the first whole record.
  LogCheck check(const std::function<void()>& meanwhile) const {
    auto reader = JournalLogReader::open(directory.path());
    REQUIRE(reader);
    const auto check = check_log(*reader, [&](std::uint64_t whole) {
      if (whole == 1) meanwhile();
    });
    REQUIRE(check);
    return *check;
  }
};

}  // namespace

TEST_CASE("a whole log is whole") {
  const Log log;
  const LogCheck check = log.check([] {});
  CHECK(check.whole == 7);
  CHECK(check.bytes == std::string("onetwothreefourfivesixseven").size());
  CHECK(check.freed == 0);
  CHECK(check.damaged.empty());
}

TEST_CASE("what the service frees while the log is read is no damage") {
  const Log log;
  const LogCheck check = log.check([&] {
    for (const std::string& name :
         {segment_file_name(1), report_file_name(4), segment_file_name(2), segment_file_name(3)})
      fs::remove(log.file(name));
  });
  CHECK(check.damaged.empty());
  // 4, 5 and 6: the first segment was open, the next one too, and they are read to their ends.
  CHECK(check.freed == 3);
  CHECK(check.whole == 4);
}

TEST_CASE("a report file that is gone while its segment stays is damage") {
  const Log log;
  const LogCheck check = log.check([&] { fs::remove(log.file(report_file_name(4))); });
  REQUIRE(check.damaged.size() == 1);
  CHECK(check.damaged[0].sequence == 4);
  CHECK(check.freed == 0);
}
