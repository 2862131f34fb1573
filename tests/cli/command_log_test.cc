// An executable of its own: the log on disk is the one of tests/schema/journal_log.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <sstream>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "cli/commands.h"
#include "journal_ingest/archive_writer.h"
#include "schema/journal_log/archive_format.h"
#include "tests/schema/journal_log/log_on_disk.h"

using namespace secondlook;

namespace {

struct Ran {
  int status;
  std::string out, err;
};

class LogDesk {
 public:
  explicit LogDesk(const std::vector<TestRecord>& records) {
    write_log_name(directory_.path());
    write_segment(directory_.path(), 1, 1, records);
    for (const TestRecord& record : records)
      if (record.in_own_file) write_bytes(file(report_file_name(record.sequence)), record.report);
    write_durable_end(directory_.path(), records.size(), 1);
    REQUIRE(replace_file(configuration(), "[paths]\njournal = \"" + directory_.path() + "\"\n"));
  }

  std::string configuration() const { return directory_.path() + "/secondlook.toml"; }
  std::string file(const std::string& name) const { return directory_.path() + "/" + name; }

  Ran run(const std::vector<std::string>& arguments, bool on_terminal = false) const {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    const SystemClock clock;
    const Console console{in, out, err, false, on_terminal};
    std::vector<std::string> words = {"--config", configuration(), "log"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const int status = run_command_line(words, console, clock, all_commands());
    return {status, out.str(), err.str()};
  }

  // Segment 1 and its report files as the service keeps them for `archive_days`.
  void archive(const std::vector<std::uint64_t>& report_files = {}) const {
    SystemFiles files;
    const auto opened = open_file(directory_.path(), O_RDONLY | O_DIRECTORY);
    REQUIRE(opened);
    ArchiveWriter writer(files, opened->number(), test_log());
    REQUIRE(writer.compress({1, 1, report_files}, false));
    REQUIRE(writer.unlink_plain({1, 1, report_files}));
  }

  // One byte in the middle of a block of an archived file.
  void damage_block(const std::string& name, std::size_t block) const {
    std::string bytes = read_file(file(name), 1 << 20).value();
    const auto length = told_archive_head_length(bytes);
    REQUIRE(length);
    const auto head = decode_archive_head(bytes.substr(0, *length), bytes.size());
    REQUIRE(head);
    REQUIRE(block < head->blocks.size());
    std::size_t place = *length + head->blocks[block] / 2;
    for (std::size_t before = 0; before < block; ++before) place += head->blocks[before];
    bytes[place] = static_cast<char>(~bytes[place]);
    write_bytes(file(name), bytes);
  }

  void damage(const std::string& report) const {
    const std::string path = file("0000000001.segment");
    std::string bytes = read_file(path, 1 << 20).value();
    bytes[bytes.find(report)] = '#';
    write_bytes(path, bytes);
  }

 private:
  TemporaryDirectory directory_;
};

const std::vector<TestRecord> kThree = {
    {1, "first report", 0}, {2, "second \x1b[2J report", 1}, {3, "third report", 2}};

// Blocks of the archive are 1 MiB: 1 stands in the first, 2 and 3 reach into the second, 4 stands
// in the third, 5 in a file of its own.
const std::vector<TestRecord> kLong = {{1, std::string(900 << 10, 'a'), 0},
                                       {2, std::string(900 << 10, 'b'), 1},
                                       {3, std::string(900 << 10, 'c'), 2},
                                       {4, "fourth report", 3},
                                       {5, std::string(3000, 'e'), 4, true}};

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

// While it lives every write of this process that would make a file longer fails.
class ShortFiles {
 public:
  explicit ShortFiles(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &usual_);
    const rlimit limit{bytes, usual_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~ShortFiles() {
    ::setrlimit(RLIMIT_FSIZE, &usual_);
    std::signal(SIGXFSZ, handler_);
  }
  ShortFiles(const ShortFiles&) = delete;
  ShortFiles& operator=(const ShortFiles&) = delete;

 private:
  rlimit usual_{};
  void (*handler_)(int);
};

}  // namespace

TEST_CASE("log list --json gives an object for each record") {
  const LogDesk desk(kThree);
  const Ran ran = desk.run({"list", "--json"});
  CHECK(ran.status == 0);
  std::istringstream lines(ran.out);
  std::uint64_t sequence = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto record = nlohmann::json::parse(line);
    CHECK(record["sequence"] == ++sequence);
    CHECK(record["bytes"] == kThree[sequence - 1].report.size());
  }
  CHECK(sequence == 3);
}

TEST_CASE("log list shows the newest, or those after a sequence number") {
  const LogDesk desk(kThree);
  CHECK(desk.run({"list", "--limit", "1", "--json"}).out.starts_with("{\"sequence\":3,"));
  CHECK(desk.run({"list", "--limit", "1", "--after", "1", "--json"})
            .out.starts_with("{\"sequence\":2,"));
}

TEST_CASE("log list keeps to the sequences and times that are asked for") {
  const LogDesk desk(kThree);
  CHECK(desk.run({"list", "--before", "2", "--json"}).out.find("\"sequence\":2") ==
        std::string::npos);
  CHECK(desk.run({"list", "--before", "2", "--json"}).out.starts_with("{\"sequence\":1,"));
  CHECK(desk.run({"list", "--since", "2026-01-01T00:00:00Z"}).out.empty());
  CHECK_FALSE(desk.run({"list", "--until", "2026-01-01T00:00:00Z"}).out.empty());
  CHECK(desk.run({"list", "--since", "yesterday"}).status == 2);
}

TEST_CASE("the secret journal address is not printed") {
  const LogDesk desk(kThree);
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"list"}, {"list", "--json"}, {"show", "1"}, {"show", "1", "--json"}})
    CHECK(desk.run(words).out.find("journal@") == std::string::npos);
  CHECK(desk.run({"show", "1"}).out.find("jou…@archive.example") != std::string::npos);
}

TEST_CASE("log export writes a report's bytes, but never to a terminal") {
  const LogDesk desk(kThree);
  CHECK(desk.run({"export", "2"}).out == kThree[1].report);
  const Ran refused = desk.run({"export", "2"}, true);
  CHECK(refused.status == 2);
  CHECK(refused.out.empty());
  CHECK(desk.run({"export", "2", "--output", desk.file("a.eml")}, true).status == 0);
  CHECK(read_file(desk.file("a.eml"), 100).value() == kThree[1].report);
}

TEST_CASE("log export never replaces a file") {
  const LogDesk desk(kThree);
  const Ran ran = desk.run({"export", "1", "--output", desk.configuration()});
  CHECK(ran.status == 1);
  CHECK(ran.err.find("File exists") != std::string::npos);
}

TEST_CASE("log export leaves nothing behind where the disk is full, and says so") {
  const LogDesk desk(kThree);
  const auto before = names_in(desk.file(""));
  {
    const ShortFiles disk(5);
    const Ran ran = desk.run({"export", "1", "--output", desk.file("a.eml")});
    CHECK(ran.status == 1);
    CHECK(ran.err.find("a.eml not written, nothing is left of it") != std::string::npos);
  }
  CHECK(names_in(desk.file("")) == before);
  CHECK(desk.run({"export", "1", "--output", desk.file("a.eml")}).status == 0);
  CHECK(read_file(desk.file("a.eml"), 100).value() == kThree[0].report);
  CHECK(names_in(desk.file("")).size() == before.size() + 1);
}

TEST_CASE("log export reads the archive as it read the log") {
  const LogDesk desk(kLong);
  desk.archive({5});
  CHECK_FALSE(std::filesystem::exists(desk.file(segment_file_name(1))));
  for (const TestRecord& record : kLong)
    CHECK(desk.run({"export", std::to_string(record.sequence)}).out == record.report);
  CHECK(desk.run({"verify"})
            .out.ends_with(": 5 records whole (2767813 bytes of reports), 0 damaged\n"));
}

TEST_CASE("a damaged block of the archive costs the records in it and no others") {
  const LogDesk desk(kLong);
  desk.archive({5});
  desk.damage_block(archived_name(segment_file_name(1)), 1);
  const Ran ran = desk.run({"verify"});
  CHECK(ran.status == 1);
  CHECK(ran.out.find(": 3 records whole") != std::string::npos);
  CHECK(ran.out.ends_with("2 damaged\n"));
  CHECK(ran.err.find("record 2 (segment 1, offset ") != std::string::npos);
  CHECK(ran.err.find("record 3 (segment 1, offset ") != std::string::npos);
  for (const std::size_t whole : {1U, 4U, 5U})
    CHECK(desk.run({"export", std::to_string(whole)}).out == kLong[whole - 1].report);
  for (const std::string damaged : {"2", "3"}) {
    const Ran refused = desk.run({"export", damaged, "--output", desk.file("a.eml")});
    CHECK(refused.status == 1);
    CHECK(refused.err.find("record " + damaged) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(desk.file("a.eml")));
  }
}

TEST_CASE("a damaged report file of the archive costs its record alone") {
  const LogDesk desk(kLong);
  desk.archive({5});
  desk.damage_block(archived_name(report_file_name(5)), 0);
  const Ran ran = desk.run({"verify"});
  CHECK(ran.status == 1);
  CHECK(ran.out.find(": 4 records whole") != std::string::npos);
  CHECK(ran.err.find("record 5 (segment 1, offset ") != std::string::npos);
  CHECK(desk.run({"export", "5"}).status == 1);
  CHECK(desk.run({"export", "5"}).out.empty());
}

TEST_CASE("an archive whose head is damaged is named record by record, not passed over") {
  const LogDesk desk(kThree);
  desk.archive();
  std::string bytes = read_file(desk.file(archived_name(segment_file_name(1))), 1 << 20).value();
  bytes[40] = static_cast<char>(~bytes[40]);
  write_bytes(desk.file(archived_name(segment_file_name(1))), bytes);
  const Ran ran = desk.run({"verify"});
  CHECK(ran.status == 1);
  CHECK(ran.out.find(": 0 records whole") != std::string::npos);
  CHECK(ran.out.ends_with("3 damaged\n"));
}

TEST_CASE("a record that is not kept is status 1") {
  const LogDesk desk(kThree);
  const Ran ran = desk.run({"show", "4"});
  CHECK(ran.status == 1);
  CHECK(ran.err == "secondlook: record 4 is not kept in this log\n");
}

TEST_CASE("log verify counts what is whole and names what is damaged") {
  const LogDesk desk(kThree);
  const Ran good = desk.run({"verify"});
  CHECK(good.status == 0);
  CHECK(good.out.ends_with(": 3 records whole (42 bytes of reports), 0 damaged\n"));
  desk.damage("second");
  const Ran damaged = desk.run({"verify"});
  CHECK(damaged.status == 1);
  CHECK(damaged.out.find("2 records whole") != std::string::npos);
  CHECK(damaged.out.ends_with("1 damaged\n"));
  CHECK(damaged.err.find("record 2 (segment 1, offset ") != std::string::npos);
}
