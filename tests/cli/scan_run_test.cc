#include "cli/scan_run.h"

#include <thread>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/temporary_directory.h"

using namespace secondlook;

namespace {

using Lines = std::vector<std::string>;

AnalyzerProgram fake_analyzer(const std::string& rules = "good") {
  return {FAKE_ANALYZER, {"scan", "--rules", rules}};
}

// A directory with one file for each content, named 000, 001 ...
class Mails {
 public:
  explicit Mails(const Lines& contents) {
    for (const std::string& content : contents) {
      char name[8];
      std::snprintf(name, sizeof name, "%03zu", paths_.size());
      paths_.push_back(directory_.write(name, content));
    }
  }
  const Lines& paths() const { return paths_; }
  std::string directory() const { return directory_.path().string(); }

 private:
  TemporaryDirectory directory_;
  Lines paths_;
};

struct Scanned {
  Lines files, dispositions, subjects, unreadable;
  std::vector<Lines> errors;
  Result<void> outcome;
};

Scanned scan(const Lines& arguments, const AnalyzerProgram& program = fake_analyzer()) {
  Scanned scanned;
  ScanSource source(arguments);
  const ScanReport report{[&](const std::string& file, const Verdict& verdict) {
                            scanned.files.push_back(file);
                            scanned.dispositions.emplace_back(name_of(verdict.disposition));
                            scanned.subjects.push_back(verdict.subject);
                            scanned.errors.push_back(verdict.errors);
                          },
                          [&](const Error& error) { scanned.unreadable.push_back(error.message); }};
  scanned.outcome = scan_files(program, source, report);
  return scanned;
}

}  // namespace

TEST_CASE("verdicts come in the order of the arguments, whatever the analyzer's order") {
  const Mails mails({"late", "malicious", "clean", "late", "clean"});
  const Scanned scanned = scan(mails.paths());
  REQUIRE(scanned.outcome);
  CHECK(scanned.files == mails.paths());
  CHECK(scanned.subjects == Lines{"late", "malicious", "clean", "late", "clean"});
}

TEST_CASE("more files than may be in flight go through, with few descriptors open") {
  const Mails mails(Lines(900, "clean"));
  const Scanned scanned = scan(mails.paths());
  REQUIRE(scanned.outcome);
  CHECK(scanned.files == mails.paths());
  const int lowest = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK(lowest < 20);
  ::close(lowest);
}

TEST_CASE("a directory means every file beneath it, in the order of their names") {
  const Mails mails({"clean", "malicious"});
  const TemporaryDirectory other;
  REQUIRE(::mkdir(other.file("b").c_str(), 0700) == 0);
  const std::string inner = other.write("b/z.eml", "clean");
  const std::string outer = other.write("c.eml", "clean");
  REQUIRE(::symlink("..", other.file("b/loop").c_str()) == 0);
  REQUIRE(::mkfifo(other.file("b/pipe").c_str(), 0600) == 0);
  const Scanned scanned = scan({other.path().string(), mails.paths()[1]});
  CHECK(scanned.files == Lines{inner, outer, mails.paths()[1]});
}

TEST_CASE("a pipe given by name is read like a file") {
  const TemporaryDirectory directory;
  const std::string pipe = directory.file("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::thread writer([&] {
    const auto end = open_file(pipe, O_WRONLY);
    if (end) [[maybe_unused]]
      const auto written = write_fully(end->number(), "malicious");
  });
  const Scanned scanned = scan({pipe});
  writer.join();
  CHECK(scanned.dispositions == Lines{"malicious"});
}

TEST_CASE("a file that cannot be read is told, and the others are scanned") {
  const Mails mails({"clean"});
  const Scanned scanned = scan({"/nonexistent/a.eml", mails.paths()[0]});
  CHECK(scanned.unreadable == Lines{"open /nonexistent/a.eml: No such file or directory"});
  CHECK(scanned.files == mails.paths());
}

TEST_CASE("mails held by an analyzer that dies are unscanned with the reason, never clean") {
  const Mails mails({"clean", "die", "clean"});
  const Scanned scanned = scan(mails.paths());
  REQUIRE(scanned.outcome);
  CHECK(scanned.files == mails.paths());
  CHECK(scanned.dispositions[1] == "unscanned");
  REQUIRE(scanned.errors[1].size() == 1);
  CHECK(scanned.errors[1][0].find("was ended by signal 9") != std::string::npos);
}

TEST_CASE("another analyzer goes on after one died") {
  Lines contents(300, "clean");
  contents[100] = "die";
  contents[299] = "malicious";
  const Mails mails(contents);
  const Scanned scanned = scan(mails.paths());
  CHECK(scanned.files == mails.paths());
  CHECK(scanned.dispositions[0] == "clean");
  CHECK(scanned.dispositions[100] == "unscanned");
  CHECK(scanned.dispositions[299] == "malicious");
}

TEST_CASE("an analyzer that dies each time leaves all mails unscanned") {
  const Mails mails(Lines(200, "die"));
  const Scanned scanned = scan(mails.paths());
  CHECK(scanned.files == mails.paths());
  CHECK(scanned.dispositions == Lines(200, "unscanned"));
}

TEST_CASE("an answer that cannot be read is unscanned") {
  const Mails mails({"nonsense", "clean"});
  const Scanned scanned = scan(mails.paths());
  CHECK(scanned.dispositions == Lines{"unscanned", "clean"});
  CHECK(scanned.errors[0][0].starts_with("the analyzer's answer cannot be read: "));
}

TEST_CASE("an answer for a mail that was not given makes its mails unscanned") {
  const Mails mails({"stranger"});
  const Scanned scanned = scan(mails.paths());
  CHECK(scanned.dispositions == Lines{"unscanned"});
}

TEST_CASE("rules that are refused are the caller's mistake, with every complaint") {
  const Mails mails({"clean"});
  const Scanned scanned = scan(mails.paths(), fake_analyzer("broken"));
  REQUIRE_FALSE(scanned.outcome);
  CHECK(scanned.outcome.error().kind == Error::Kind::malformed);
  CHECK(scanned.outcome.error().message == "site.cf:3:7: no such type\nsite.cf:9:1: no end");
}

TEST_CASE("an analyzer that ends before it is ready is an error, not a clean mail") {
  const Mails mails({"clean"});
  const Scanned scanned = scan(mails.paths(), fake_analyzer("absent"));
  REQUIRE_FALSE(scanned.outcome);
  CHECK(scanned.outcome.error().message ==
        "the analyzer did not get ready: it exited with status 1");
  CHECK(scanned.files.empty());
}
