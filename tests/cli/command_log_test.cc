// An executable of its own: the log on disk is the one of tests/schema/journal_log.
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "cli/commands.h"
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
