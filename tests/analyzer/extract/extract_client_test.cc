#include "analyzer/extract/extract_client.h"

#include <csignal>
#include <optional>
#include <set>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "analyzer/helper_process.h"
#include "analyzer/worker_pool.h"
#include "base/unix_socket.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kType = "application/x-test";  // that no inspector knows

HelperProcess start_helper(const std::string& program = MISBEHAVING_HELPER) {
  auto helper = HelperProcess::start(program, {}, 60s);
  if (!helper) FAIL(helper.error().message);
  return std::move(*helper);
}

class Client {
 public:
  explicit Client(const ExtractTimes& times = {}) : client_(connect(), times) {}

  ExtractClient* operator->() { return &client_; }
  DocumentFindings order(const std::string& command) {
    return client_.inspect("command: " + command + "\n", kType, {});
  }
  // Why the file is unseen; empty: it was looked into.
  std::string loss(const std::string& command) {
    const auto findings = order(command);
    return findings.unseen().empty() ? "" : findings.unseen().front();
  }
  std::string process() { return order("who").facts().at(0).detail; }
  const HelperProcess& helper() const { return helper_; }

 private:
  FileDescriptor connect() {
    auto connection = helper_.connect();
    if (!connection) FAIL(connection.error().message);
    return std::move(*connection);
  }

  HelperProcess helper_ = start_helper();
  ExtractClient client_;
};

bool is_gone(const std::string& process) {
  for (int i = 0; i < 100; ++i) {
    if (::kill(std::stoi(process), 0) != 0) return true;
    ::usleep(20'000);
  }
  return false;
}

}  // namespace

TEST_CASE("a file that ends what looks into it is unseen, and the next one is looked into") {
  Client client;
  for (const auto& [command, reason] :
       {std::pair("abort", "what looked into it ended by signal 6"),
        std::pair("exit", "what looked into it ended with status 0"),
        std::pair("throw", "what looked into it ended with status 3")}) {
    CHECK(client.loss(command) == reason);
    CHECK(client.loss("nothing special").empty());
    client->begin_message();
    CHECK(client.loss(command) == reason);  // not of a fresh extractor either: tried once more
  }
}

TEST_CASE("memory without end costs the file alone") {
#ifdef SECONDLOOK_SANITIZED
  WARN("skipped: sanitizers have no memory limit");
#else
  Client client;
  CHECK(client.loss("memory").starts_with("what looked into it ended"));
  CHECK(client.loss("nothing special").empty());
#endif
}

TEST_CASE("one that overruns its time is ended, by CPU clock and by wall") {
  ExtractTimes times;
  times.cpu_per_file = 100ms;
  Client busy(times);
  CHECK(busy.loss("loop") == "what looked into it used 0.1 s of CPU time");
  CHECK(busy.loss("nothing special").empty());
  times.wall_per_file = 300ms;
  Client idle(times);
  CHECK(idle.loss("sleep") == "what looked into it did not answer in time");
  CHECK(idle.loss("nothing special").empty());
}

TEST_CASE("the files of one message share its time, and the next message has its own") {
  ExtractTimes times;
  times.cpu_per_file = 100ms;
  times.cpu_per_message = 150ms;
  Client client(times);
  CHECK(client.loss("loop") == "what looked into it used 0.1 s of CPU time");
  CHECK_FALSE(client.loss("loop").empty());
  CHECK(client.loss("nothing special") == "no time left for the files of this mail");
  client->begin_message();
  CHECK(client.loss("nothing special").empty());
}

TEST_CASE("an answer that nobody should give is no answer") {
  for (const char* command :
       {"garbage", "nothing", "flood", "take back", "invent a name", "answer twice"}) {
    Client client;
    INFO(command);
    // The second answer to one question may come before or with the question after it.
    if (std::string(command) != "answer twice")
      CHECK_FALSE(client.loss(command).empty());
    else
      client.loss(command);
    client->begin_message();
    CHECK(client.order("who").unseen().size() + client.order("who").facts().size() > 0);
    CHECK_FALSE(client.process().empty());
  }
}

TEST_CASE("what an earlier file broke costs a later one nothing") {
  Client client;
  const std::string before = client.process();
  CHECK(client.loss("break what comes next").empty());
  client->begin_message();
  const std::string after = client.process();
  CHECK(after != before);
}

TEST_CASE("an extractor killed while it works, or waits, is replaced") {
  Client client;
  const std::string process = client.process();
  ::kill(std::stoi(process), SIGKILL);
  const std::string next = client.process();
  CHECK(next != process);
  CHECK(client.process() == next);
}

TEST_CASE("an extractor is replaced after its share of files, and after a large one") {
  ExtractTimes times;
  times.files_per_extractor = 2;
  Client client(times);
  const std::string first = client.process();
  CHECK(client.process() == first);
  const std::string second = client.process();
  CHECK(second != first);
  CHECK(is_gone(first));
  CHECK(client->inspect(std::string(std::size_t{20} << 20U, ' '), kType, {}).unseen().empty());
  CHECK(client.process() != second);
}

TEST_CASE("a file beyond the memory is unseen") {
  Client client;
  const std::string large(kMostFileBytes + 1, ' ');
  REQUIRE(client->inspect(large, kType, {}).unseen().size() == 1);
  CHECK(client->inspect(std::string_view(large).substr(1), kType, {}).unseen().empty());
}

TEST_CASE("an extractor ends with its worker, and all end with the helper") {
  auto helper = std::make_optional(start_helper());
  std::string first, second;
  {
    auto connection = helper->connect();
    REQUIRE(connection);
    ExtractClient client(std::move(*connection), {});
    first = client.inspect("command: who\n", kType, {}).facts().at(0).detail;
  }
  CHECK(is_gone(first));
  auto connection = helper->connect();
  REQUIRE(connection);
  ExtractClient client(std::move(*connection), {});
  second = client.inspect("command: who\n", kType, {}).facts().at(0).detail;
  helper.reset();
  CHECK(is_gone(second));
  CHECK(client.inspect("command: who\n", kType, {}).unseen().size() == 1);
  CHECK(client.is_lost());
}

TEST_CASE("two workers have extractors of their own") {
  const HelperProcess helper = start_helper();
  std::set<std::string> processes;
  auto first = helper.connect(), second = helper.connect();
  REQUIRE((first && second));
  ExtractClient one(std::move(*first), {}), other(std::move(*second), {});
  for (ExtractClient* client : {&one, &other, &one, &other})
    processes.insert(client->inspect("command: who\n", kType, {}).facts().at(0).detail);
  CHECK(processes.size() == 2);
  CHECK(one.inspect("command: abort\n", kType, {}).unseen().size() == 1);
  CHECK(processes.contains(other.inspect("command: who\n", kType, {}).facts().at(0).detail));
}

TEST_CASE("an extractor reaches nothing but its socket, and cannot write where it reads") {
#ifdef SECONDLOOK_SANITIZED
  WARN("skipped: sanitizers do not run under seccomp");
#else
  Client client;
  CHECK(client.order("way out").facts().at(0).detail == "held");
#endif
}

TEST_CASE("who says to the keeper what no worker says loses its place, and nobody else does") {
  const HelperProcess helper = start_helper();
  auto place = helper.connect();
  REQUIRE(place);
  ExtractClient other(std::move(*place), {});
  const std::string process = other.inspect("command: who\n", kType, {}).facts().at(0).detail;
  const auto frame = [](std::uint8_t type) { return encode_frame(type, ""); };
  const auto start = static_cast<std::uint8_t>(KeeperFrame::start);
  for (const std::string& said : {std::string("GET / HTTP/1.1\r\n\r\n"), frame(99), frame(start),
                                  frame(static_cast<std::uint8_t>(KeeperFrame::started))}) {
    const auto connection = helper.connect();
    REQUIRE(connection);
    REQUIRE(send_with_descriptors(connection->number(), said));
    const auto answer = receive_with_descriptors(connection->number(), 100);
    CHECK((!answer || answer->bytes.empty()));  // closed
  }
  const auto greedy = helper.connect();
  REQUIRE(greedy);
  REQUIRE(send_with_descriptors(greedy->number(), frame(start), {0, 0, 0, 0, 0, 0}));
  CHECK(receive_with_descriptors(greedy->number(), 100)->bytes.empty());
  CHECK(other.inspect("command: who\n", kType, {}).facts().at(0).detail == process);
}

TEST_CASE("a confined worker has files looked into, and outlives what they do") {
  auto helper = std::make_optional(start_helper());
  const SystemClock clock;
  PoolSettings settings;
  const auto inspect_mail = [](const WorkerHelpers& helpers) -> AnalyseJob {
    return [inspector = helpers.inspector](const JobInput& input) {
      inspector->begin_message();
      const auto findings = inspector->inspect(input.bytes, kType, {});
      return findings.unseen().empty() ? findings.facts().at(0).name : findings.unseen().front();
    };
  };
  auto pool =
      WorkerPool::start(settings, inspect_mail, {{}, [&] { return helper->connect(); }}, clock);
  REQUIRE(pool);
  const TemporaryDirectory directory;
  const auto outcome_of = [&](const std::string& command) {
    const std::string bytes = "command: " + command + "\n";
    const auto file = open_file(directory.write("mail", bytes), O_RDONLY);
    WorkerJob job;
    job.length = bytes.size();
    while (!pool->has_idle_worker()) {
      std::vector<pollfd> polled;
      pool->watch(polled);
      ::poll(polled.data(), polled.size(), 1000);
      REQUIRE(pool->collect());
    }
    REQUIRE(pool->submit(job, {file->number()}));
    for (;;) {
      std::vector<pollfd> polled;
      pool->watch(polled);
      ::poll(polled.data(), polled.size(), 1000);
      auto outcomes = pool->collect();
      REQUIRE(outcomes);
      if (!outcomes->empty()) return outcomes->front().answer.value_or("no answer");
    }
  };
  CHECK(outcome_of("who") == "process");
  CHECK(outcome_of("abort") == "what looked into it ended by signal 6");
  CHECK(outcome_of("who") == "process");
}
