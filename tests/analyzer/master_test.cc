// The master over a real journal log, with a scripted remediation and workers that do what the
// reports say.
#include "analyzer/master.h"

#include <csignal>
#include <future>
#include <set>

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "analyzer/introduction.h"
#include "base/random.h"
#include "base/unix_socket.h"
#include "journal_ingest/log_writer.h"
#include "schema/verdict.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;
using namespace std::chrono_literals;

namespace {

std::string obey(const JobInput& input) {
  const std::string_view report = input.bytes;
  const WorkerJob& job = input.job;
  if (report == "die" || (report == "die once" && job.attempt == 1)) ::_exit(9);
  std::string answer = "verdict of " + std::string(report) + " for " + job.tenant;
  for (const std::string_view companion : input.companions)
    answer += " beside " + std::string(companion);
  return answer;
}

void write_log(const std::string& directory, const std::vector<std::string>& reports) {
  SystemFiles files;
  const SystemClock clock;
  SystemRandom random;
  auto writer = LogWriter::open({directory, directory + "-recorded", {}, {}}, files, clock, random);
  if (!writer) FAIL(writer.error().message);
  (*writer)->start();
  for (const std::string& report : reports) {
    ReportBody body = (*writer)->make_body(0);
    REQUIRE(body.append(report));
    REQUIRE(body.finish());
    std::promise<bool> written;
    (*writer)->append(
        {{"192.0.2.1", "contoso", "ndr@contoso.example", {"j@archive.example"}, "TLSv1.3", "", ""},
         clock.now(),
         std::move(body)},
        [&](const Result<std::uint64_t>& done) { written.set_value(bool(done)); });
    REQUIRE(written.get_future().get());
  }
}

// What remediation received: "verdict 1/1 TEXT" or "attempt 1/1 TEXT" (sequence/attempt).
class Remediation {
 public:
  explicit Remediation(FileDescriptor socket) : socket_(std::move(socket)) {}

  std::string receive() {
    // Workers run when nobody else wants the processor: on a busy machine they may wait for
    // minutes.
    auto frame = receive_frame(socket_.number(), frames_, 300s);
    if (!frame) return "nothing: " + frame.error().message;
    if (frame->type == static_cast<std::uint8_t>(VerdictFrame::hello)) return "hello";
    if (frame->type == static_cast<std::uint8_t>(VerdictFrame::rules))
      return "rules " + frame->payload;
    if (frame->type == static_cast<std::uint8_t>(VerdictFrame::not_judged)) {
      const auto answer = parse_not_judged(frame->payload);
      return answer ? "not judged " + std::to_string(answer->sequence) + ": " + answer->reason
                    : answer.error().message;
    }
    const auto line_end = frame->payload.find('\n');
    const auto stamp = parse_verdict_stamp(frame->payload.substr(0, line_end));
    if (!stamp) return "no stamp";
    stamps.push_back(*stamp);
    const bool is_verdict = frame->type == static_cast<std::uint8_t>(VerdictFrame::verdict);
    return (is_verdict ? "verdict " : "attempt ") + std::to_string(stamp->sequence) + "/" +
           std::to_string(stamp->attempt) + " " + frame->payload.substr(line_end + 1);
  }
  void acknowledge(std::uint64_t sequence) {
    CHECK(send_frame(socket_.number(), static_cast<std::uint8_t>(VerdictFrame::recorded),
                     recorded_to_json({sequence})));
  }
  void welcome(const VerdictWelcome& welcome) {
    REQUIRE(send_frame(socket_.number(), static_cast<std::uint8_t>(VerdictFrame::welcome),
                       to_json(welcome)));
  }
  void ask_again(const JudgeAgain& request) {
    CHECK(send_frame(socket_.number(), static_cast<std::uint8_t>(VerdictFrame::judge_again),
                     to_json(request)));
  }
  void close() { socket_.reset(); }

  std::vector<VerdictStamp> stamps;

 private:
  FileDescriptor socket_;
  FrameReader frames_{kLargestVerdictFrame};
};

// A running master, in a process of its own since it forks workers; it ends when remediation
// closes.
class RunningMaster {
 public:
  RunningMaster(const std::vector<std::string>& reports, const VerdictWelcome& welcome,
                RuleReload reload = {})
      : reload_(std::move(reload)) {
    std::filesystem::create_directory(directory_.file("journal"));
    write_log(directory_.file("journal"), reports);
    auto ends = make_socket_pair();
    REQUIRE(ends);
    remediation.emplace(std::move(ends->second));
    remediation->welcome(welcome);
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) {
      remediation->close();
      ::_exit(run(std::move(ends->first)) ? 0 : 1);
    }
    ends->first.reset();
    CHECK(remediation->receive() == "hello");
  }
  ~RunningMaster() { end(); }

  // Whether it ended well.
  bool end() {
    remediation->close();
    int status = 0;
    if (child_ > 0) ::waitpid(std::exchange(child_, -1), &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  std::optional<Remediation> remediation;

 private:
  Result<void> run(FileDescriptor socket) {
    const SystemClock clock;
    auto signals = ProcessSignals::take_over();
    auto log = JournalLogReader::open(directory_.file("journal"));
    auto recorded = JournalLogReader::open_to_the_end(directory_.file("journal"));
    if (!signals || !log || !recorded) return internal("not opened");
    auto verdicts = VerdictConnection::greet(std::move(socket), {log->log(), 0}, 5s);
    if (!verdicts) return verdicts.error();
    auto pool = WorkerPool::start(
        PoolSettings{}, [](const WorkerHelpers&) -> AnalyseJob { return obey; }, {}, clock);
    if (!pool) return pool.error();
    Master master({*log, *recorded, *verdicts, *pool, *signals, clock, {}, -1, reload_});
    return master.run();
  }

  TemporaryDirectory directory_;
  RuleReload reload_;
  pid_t child_ = -1;
};

}  // namespace

TEST_CASE("every record of the log is answered, stamped from the log's own header") {
  RunningMaster running({"one", "two", "three"}, {});
  CHECK(running.remediation->receive() == "verdict 1/1 verdict of one for contoso");
  CHECK(running.remediation->receive() == "verdict 2/1 verdict of two for contoso");
  CHECK(running.remediation->receive() == "verdict 3/1 verdict of three for contoso");
  const VerdictStamp& stamp = running.remediation->stamps[0];
  CHECK(stamp.tenant == "contoso");
  CHECK(stamp.peer == "192.0.2.1");
  CHECK(stamp.mail_from == "ndr@contoso.example");
  CHECK(stamp.tls_version == "TLSv1.3");
  CHECK(stamp.log.size() == 36);
  CHECK(stamp.crc != 0);
}

TEST_CASE("a record whose worker dies is tried again only after the attempt is recorded") {
  RunningMaster running({"die once"}, {});
  CHECK(running.remediation->receive() == "attempt 1/1 worker ended with status 9");
  running.remediation->acknowledge(1);
  CHECK(running.remediation->receive() == "verdict 1/2 verdict of die once for contoso");
}

TEST_CASE("a record that kills every worker is reported unscanned, and the next is answered") {
  RunningMaster running({"die", "two"}, {});
  std::string unscanned;
  int verdicts = 0;
  while (verdicts < 2) {
    const std::string received = running.remediation->receive();
    if (received.starts_with("attempt 1")) running.remediation->acknowledge(1);
    if (received.starts_with("verdict 1")) unscanned = received;
    REQUIRE_FALSE(received.starts_with("nothing"));
    verdicts += received.starts_with("verdict") ? 1 : 0;
  }
  REQUIRE(unscanned.starts_with("verdict 1/2 "));
  const auto verdict = parse_verdict(std::string_view(unscanned).substr(12));
  REQUIRE(verdict);
  CHECK(verdict->disposition == Disposition::unscanned);
  CHECK(verdict->errors == std::vector<std::string>{"worker ended with status 9"});
}

TEST_CASE("a master that is started again goes on behind what is recorded") {
  VerdictWelcome welcome;
  welcome.recorded = 1;
  welcome.recorded_above = {3};
  welcome.attempts = {{2, 1}, {4, 2}};
  RunningMaster running({"one", "die once", "three", "four"}, welcome);
  std::vector<std::string> received = {running.remediation->receive(),
                                       running.remediation->receive()};
  std::ranges::sort(received);
  CHECK(received[0] == "verdict 2/2 verdict of die once for contoso");
  CHECK(received[1].starts_with("verdict 4/2 {"));  // its attempts are used up
  CHECK(received[1].find("\"unscanned\"") != std::string::npos);
}

TEST_CASE("no more records are under way than the window allows") {
  VerdictWelcome welcome;
  welcome.window = 1;
  RunningMaster running({"one", "two"}, welcome);
  CHECK(running.remediation->receive() == "verdict 1/1 verdict of one for contoso");
  running.remediation->acknowledge(1);  // the window is one: only now the next
  CHECK(running.remediation->receive() == "verdict 2/1 verdict of two for contoso");
}

TEST_CASE("a recorded report is judged once more, beside others, under the revision asked for") {
  VerdictWelcome welcome;
  welcome.recorded = 3;
  RunningMaster running({"one", "two", "three"}, welcome);
  running.remediation->ask_again({2, 4, "a password in message 9", {3, 1}});
  CHECK(running.remediation->receive() ==
        "verdict 2/1 verdict of two for contoso beside three beside one");
  const VerdictStamp& stamp = running.remediation->stamps.back();
  CHECK(stamp.revision == 4);
  CHECK(stamp.cause == "a password in message 9");
  CHECK(stamp.companions == std::vector<std::uint64_t>{3, 1});
  CHECK(stamp.peer == "192.0.2.1");
  running.remediation->ask_again({2, 5, "again", {77}});  // a companion that is gone is left out
  CHECK(running.remediation->receive() == "verdict 2/1 verdict of two for contoso");
}

TEST_CASE("what cannot be judged once more is said, and never answered as unscanned") {
  VerdictWelcome welcome;
  welcome.recorded = 2;
  RunningMaster running({"die", "two"}, welcome);
  running.remediation->ask_again({1, 1, "rules", {}});
  CHECK(running.remediation->receive() == "not judged 1: worker ended with status 9");
  running.remediation->ask_again({7, 1, "rules", {}});
  CHECK(running.remediation->receive() == "not judged 7: no longer in the journal log");
  running.remediation->ask_again({2, 1, "rules", {}});
  CHECK(running.remediation->receive() == "verdict 2/1 verdict of two for contoso");
}

TEST_CASE("a record under way and its own revision are told apart") {
  RunningMaster running({"one"}, {});
  running.remediation->ask_again({1, 1, "rules", {}});
  std::set<std::string> received = {running.remediation->receive(), running.remediation->receive()};
  CHECK(received == std::set<std::string>{"verdict 1/1 verdict of one for contoso"});
  CHECK(running.remediation->stamps[0].revision + running.remediation->stamps[1].revision == 1);
}

TEST_CASE("the master ends when remediation closes the socket") {
  RunningMaster running({}, {});
  CHECK_FALSE(running.end());
}

TEST_CASE("the analyzer introduces the log by name, durable end and oldest record") {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory.file("journal"));
  write_log(directory.file("journal"), {"one", "two"});
  auto log = JournalLogReader::open(directory.file("journal"));
  REQUIRE(log);
  const auto hello = introduce(*log, "rules 1");
  REQUIRE(hello);
  CHECK(hello->log == log->log());
  CHECK(hello->durable_sequence == 2);
  CHECK(hello->oldest_sequence == 1);
  CHECK(hello->rule_set == "rules 1");
}
