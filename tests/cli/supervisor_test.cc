#include "cli/supervisor.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "cli/restart_backoff.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;
using namespace std::chrono_literals;

namespace {

// Long enough for a loaded machine; reached only when something is wrong.
constexpr auto kPatience = 60s;

bool comes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

struct Program {
  std::string name, behaviour;
};
using Programs = std::vector<Program>;

// supervise() in a process of its own, over fake processes.
class SupervisorUnderTest {
 public:
  explicit SupervisorUnderTest(const Programs& programs, bool may_reload = true,
                               std::chrono::milliseconds stop_patience = kPatience,
                               const std::string& unconcerned = "",
                               std::function<std::uint64_t()> pulse = {}) {
    SupervisorSettings settings;
    settings.is_concerned = [unconcerned](const std::string& name) { return name != unconcerned; };
    for (const Program& program : programs) {
      ChildPlan plan;
      plan.executable = FAKE_PROCESS;
      plan.arguments = {log(), program.name, program.behaviour};
      plan.own_process_group = true;
      settings.programs.push_back({program.name, plan, stop_patience});
      settings.programs.back().pulse = pulse;
      settings.programs.back().most_silence = 200ms;
    }
    settings.table_path = directory_.file("processes.json");
    settings.ready_file = directory_.file("ready.json");
    settings.ready_content = "{}\n";
    settings.may_reload = [may_reload]() -> Result<void> {
      return may_reload ? Result<void>() : Result<void>(malformed("secondlook.toml:3: no"));
    };
    pid_ = ::fork();
    if (pid_ == 0) run(settings);
  }
  ~SupervisorUnderTest() {
    if (pid_ > 0) end(SIGKILL);
  }

  std::string log() const { return directory_.file("log"); }
  std::vector<std::string> events() const {
    std::vector<std::string> lines;
    std::ifstream file(log());
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }
  // How often `event` begins a line of the log.
  std::ptrdiff_t count(const std::string& event) const {
    const auto lines = events();
    return std::count_if(lines.begin(), lines.end(),
                         [&](const auto& line) { return line.starts_with(event); });
  }
  bool becomes_ready() const {
    return comes_true([&] { return std::filesystem::exists(directory_.file("ready.json")); });
  }
  ProcessTable table() const {
    const auto table = read_process_table(directory_.file("processes.json"));
    return table ? *table : ProcessTable{};
  }
  ProcessEntry entry(const std::string& name) const {
    for (const ProcessEntry& one : table().processes)
      if (one.name == name) return one;
    return {};
  }
  bool enters(const std::string& name, ProcessState state) const {
    return comes_true([&] { return entry(name).state == state; });
  }

  void send(int signal) const { ::kill(pid_, signal); }
  // The exit status after `signal` (0: waits for it to end by itself); -1: ended by a signal.
  int end(int signal) {
    if (signal != 0) ::kill(pid_, signal);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  [[noreturn]] static void run(const SupervisorSettings& settings) {
    const SystemClock clock;
    const auto status = supervise(settings, clock);
    ::_exit(status ? *status : 70);
  }

  TemporaryDirectory directory_;
  pid_t pid_ = -1;
};

const Programs kAllReady = {{"remediation", "ready"}, {"analyzer", "ready"}, {"ingest", "ready"}};

}  // namespace

TEST_CASE("the pause before a restart doubles to ten seconds and begins anew after a minute") {
  RestartBackoff backoff;
  std::vector<long> delays;
  for (int i = 0; i < 9; ++i) delays.push_back(backoff.delay_after(1s).count());
  CHECK(delays == std::vector<long>{100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000});
  CHECK(backoff.delay_after(60s) == 100ms);
  CHECK(backoff.delay_after(59s) == 200ms);
}

TEST_CASE("all are started, the ready file appears, and they are stopped in order") {
  SupervisorUnderTest service(kAllReady);
  REQUIRE(service.becomes_ready());
  const ProcessTable table = service.table();
  REQUIRE(table.processes.size() == 3);
  for (const ProcessEntry& entry : table.processes) {
    CHECK(entry.state == ProcessState::ready);
    CHECK(entry.pid > 0);
    CHECK(entry.restarts == 0);
    CHECK(entry.detail == entry.name + " is there");
    CHECK(entry.confinement == "no-new-privileges seccomp");
  }
  CHECK(service.end(SIGTERM) == 0);
  auto events = service.events();
  CHECK(std::vector<std::string>(events.end() - 3, events.end()) ==
        std::vector<std::string>{"ingest SIGTERM", "analyzer SIGTERM", "remediation SIGTERM"});
}

TEST_CASE("an interrupt from the terminal stops the service as well") {
  SupervisorUnderTest service(kAllReady);
  REQUIRE(service.becomes_ready());
  CHECK(service.end(SIGINT) == 0);
  CHECK(service.count("remediation SIGTERM") == 1);
}

TEST_CASE("a process inherits no blocked signal and no descriptor but its notice pipe") {
  SupervisorUnderTest service(Programs{{"ingest", "ready"}});
  REQUIRE(service.becomes_ready());
  CHECK(service.events().front() == "ingest started unblocked 3");
}

TEST_CASE("a process that is killed is started again and the others are left alone") {
  SupervisorUnderTest service(kAllReady);
  REQUIRE(service.becomes_ready());
  const pid_t before = service.entry("analyzer").pid;
  const pid_t other = service.entry("ingest").pid;
  ::kill(before, SIGKILL);
  REQUIRE(comes_true([&] {
    const ProcessEntry entry = service.entry("analyzer");
    return entry.state == ProcessState::ready && entry.pid != before;
  }));
  CHECK(service.entry("analyzer").restarts == 1);
  CHECK(service.entry("ingest").pid == other);
  CHECK(service.end(SIGTERM) == 0);
}

TEST_CASE("a process whose loop no longer turns is killed and started again") {
  const SupervisorUnderTest service({{"ingest", "ready"}}, true, kPatience, "", [] { return 0U; });
  REQUIRE(service.becomes_ready());
  CHECK(comes_true([&] { return service.entry("ingest").restarts >= 1; }));
  CHECK(service.count("ingest started") >= 1);
}

TEST_CASE("a process whose loop turns is left alone") {
  SupervisorUnderTest service({{"ingest", "ready"}}, true, kPatience, "", [] {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                          std::chrono::steady_clock::now().time_since_epoch())
                                          .count());
  });
  REQUIRE(service.becomes_ready());
  CHECK(service.end(SIGTERM) == 0);
  CHECK(service.entry("ingest").restarts == 0);
}

TEST_CASE("a process that crashes at its start is tried until it stays") {
  SupervisorUnderTest service(Programs{{"ingest", "crash_twice"}});
  REQUIRE(service.becomes_ready());
  CHECK(service.entry("ingest").restarts == 2);
  CHECK(service.count("ingest started") == 3);
}

TEST_CASE("a process that refuses its configuration ends everything with status 2") {
  SupervisorUnderTest service(Programs{{"remediation", "ready"}, {"analyzer", "refuse"}});
  CHECK(service.end(0) == 2);
  CHECK(service.count("analyzer started") == 1);
}

TEST_CASE("a reload reaches every process, which may end for it and is back at once") {
  SupervisorUnderTest service(kAllReady);
  REQUIRE(service.becomes_ready());
  service.send(SIGHUP);
  REQUIRE(comes_true([&] { return service.count("ingest started") == 2; }));
  REQUIRE(service.enters("ingest", ProcessState::ready));
  CHECK(service.entry("ingest").restarts == 0);
  CHECK(service.end(SIGTERM) == 0);
}

TEST_CASE("a process that takes up its configuration in place runs on, and a later end is an end") {
  SupervisorUnderTest service(Programs{{"remediation", "ready"}, {"ingest", "in_place"}});
  REQUIRE(service.becomes_ready());
  const pid_t before = service.entry("ingest").pid;
  service.send(SIGHUP);
  REQUIRE(comes_true([&] { return service.entry("ingest").detail == "taken up"; }));
  CHECK(service.entry("ingest").pid == before);
  CHECK(service.count("ingest started") == 1);
  ::kill(before, SIGUSR1);
  REQUIRE(comes_true([&] { return service.count("ingest started") == 2; }));
  REQUIRE(service.enters("ingest", ProcessState::ready));
  CHECK(service.entry("ingest").restarts == 1);
  CHECK(service.end(SIGTERM) == 0);
}

TEST_CASE("a reload passes by a process that it does not concern") {
  SupervisorUnderTest service(kAllReady, true, kPatience, "remediation");
  REQUIRE(service.becomes_ready());
  service.send(SIGHUP);
  REQUIRE(comes_true([&] { return service.count("ingest started") == 2; }));
  CHECK(service.end(SIGTERM) == 0);
  CHECK(service.count("remediation SIGHUP") == 0);
  CHECK(service.count("remediation started") == 1);
}

TEST_CASE("a reload with a bad configuration reaches nobody") {
  SupervisorUnderTest service(kAllReady, false);
  REQUIRE(service.becomes_ready());
  service.send(SIGHUP);
  CHECK(service.end(SIGTERM) == 0);
  CHECK(service.count("ingest SIGHUP") == 0);
}

TEST_CASE("a process that refuses a later configuration does not stop the others") {
  SupervisorUnderTest service(Programs{{"remediation", "refuse_later"}, {"ingest", "ready"}});
  REQUIRE(service.becomes_ready());
  service.send(SIGHUP);
  REQUIRE(comes_true([&] { return service.count("remediation started") == 2; }));
  REQUIRE(service.enters("remediation", ProcessState::ready));
  CHECK(service.entry("remediation").restarts == 1);
  CHECK(service.end(SIGTERM) == 0);
}

TEST_CASE("a process that does not stop is killed after its deadline") {
  SupervisorUnderTest service(Programs{{"ingest", "stubborn"}}, true, 50ms);
  REQUIRE(service.becomes_ready());
  CHECK(service.end(SIGTERM) == 0);
  CHECK(service.count("ingest SIGTERM") == 1);
}

TEST_CASE("when the supervisor is killed its processes die too") {
  SupervisorUnderTest service(kAllReady);
  REQUIRE(service.becomes_ready());
  const ProcessTable table = service.table();
  CHECK(service.end(SIGKILL) == -1);
  for (const ProcessEntry& entry : table.processes)
    CHECK(comes_true([&] { return ::kill(entry.pid, 0) != 0; }));
  for (const ProcessEntry& entry : service.table().processes)
    CHECK(entry.state == ProcessState::lost);
}

TEST_CASE("a program that is not installed is an error that names it") {
  ChildPlan plan;
  plan.executable = "/nonexistent/secondlook-ingest";
  const auto started = start_child(plan);
  REQUIRE_FALSE(started);
  CHECK(started.error().kind == Error::Kind::not_found);
  CHECK(started.error().message ==
        "start /nonexistent/secondlook-ingest: No such file or directory");
}
