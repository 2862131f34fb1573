#include "analyzer/worker_pool.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <set>
#include <stdexcept>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/random.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;
using namespace std::chrono_literals;

namespace {

[[noreturn]] void crash() {
  std::signal(SIGSEGV, SIG_DFL);  // the test framework's handler stands there
  std::raise(SIGSEGV);
  ::_exit(99);
}

// What the mails of these tests say is done to the worker that holds them.
std::string obey(const JobInput& input) {
  const std::string_view bytes = input.bytes;
  const WorkerJob& job = input.job;
  if (bytes == "crash") crash();
  if (bytes == "exit") ::_exit(7);
  if (bytes == "throw") throw std::runtime_error("a package threw");
  if (bytes == "memory") return std::string(std::size_t{8} << 30, 'x').substr(0, 1);
  volatile bool for_ever = true;
  while (bytes == "loop" && for_ever) {
  }
  if (bytes == "sleep") ::sleep(60);
  if (bytes == "crash once" && job.attempt == 1) crash();
  if (bytes == "who") return std::to_string(::getpid());
  if (bytes == "large") return std::string(std::size_t{3} << 20, 'v');
  std::string seen = "seen " + std::string(bytes) + " by " + job.tenant;
  for (const std::string_view companion : input.companions)
    seen += " with " + std::string(companion);
  if (!input.history.empty()) seen += " knowing " + std::string(input.history);
  if (!input.lists.empty()) seen += " told " + std::string(input.lists);
  return seen;
}

[[maybe_unused]] std::string try_to_get_out(const JobInput&) {
  std::string got_out;
  if (::socket(AF_INET, SOCK_STREAM, 0) >= 0) got_out += "inet ";
  if (::socket(AF_UNIX, SOCK_STREAM, 0) >= 0) got_out += "unix ";
  if (::open("/etc/passwd", O_RDONLY) >= 0) got_out += "open ";
  if (::fork() >= 0) got_out += "fork ";
  if (::kill(::getppid(), 0) == 0) got_out += "kill ";
  for (int descriptor = 5; descriptor < 200; ++descriptor)
    if (::fcntl(descriptor, F_GETFD) >= 0) got_out += "descriptor " + std::to_string(descriptor);
  return got_out.empty() ? "held" : got_out;
}

class Pool {
 public:
  explicit Pool(PoolSettings settings = {}, AnalyseJob analyse = obey) {
    auto started = WorkerPool::start(
        settings, [analyse](const WorkerHelpers&) { return analyse; }, {}, clock_);
    if (!started) FAIL(started.error().message);
    pool_.emplace(std::move(*started));
  }

  WorkerPool& operator*() { return *pool_; }

  // Hands the bytes over as soon as a worker is idle.
  void submit(const std::string& bytes, std::uint64_t id = 1, std::uint32_t attempt = 1) {
    const std::string path = directory_.write("mail-" + std::to_string(id), "..." + bytes);
    const auto file = open_file(path, O_RDONLY);
    REQUIRE(file);
    while (!pool_->has_idle_worker()) collect_once();
    WorkerJob job;
    job.id = id;
    job.offset = 3;
    job.length = bytes.size();
    job.attempt = attempt;
    job.tenant = "contoso";
    const auto submitted = pool_->submit(job, {file->number()});
    if (!submitted) FAIL(submitted.error().message);
  }

  // The same with other files beside it.
  void submit_beside(const std::string& bytes, const std::vector<std::string>& companions,
                     const std::string& history, const std::string& lists) {
    while (!pool_->has_idle_worker()) collect_once();
    std::vector<FileDescriptor> files;
    const auto add = [&](const std::string& content) {
      auto file = open_file(directory_.write("file", content), O_RDONLY);
      REQUIRE(file);
      REQUIRE(std::filesystem::remove(directory_.file("file")));
      files.push_back(std::move(*file));
    };
    add(bytes);
    WorkerJob job;
    job.length = bytes.size();
    job.tenant = "contoso";
    for (const std::string& companion : companions) {
      add("...." + companion);
      job.companions.push_back({4, companion.size()});
    }
    job.has_history = !history.empty();
    if (job.has_history) add(history);
    job.has_lists = !lists.empty();
    if (job.has_lists) add(lists);
    std::vector<int> descriptors;
    for (const FileDescriptor& file : files) descriptors.push_back(file.number());
    REQUIRE(pool_->submit(job, descriptors));
  }

  void collect_once() {
    std::vector<pollfd> polled;
    pool_->watch(polled);
    const auto wait = pool_->until_deadline().value_or(1000ms);
    ::poll(polled.data(), polled.size(), static_cast<int>(wait.count()));
    auto collected = pool_->collect();
    if (!collected) FAIL(collected.error().message);
    for (auto& outcome : *collected) outcomes_.push_back(std::move(outcome));
  }

  std::vector<JobOutcome> outcomes(std::size_t count) {
    while (outcomes_.size() < count) collect_once();
    return std::move(outcomes_);
  }
  JobOutcome outcome_of(const std::string& bytes) {
    submit(bytes);
    return std::move(outcomes(1)[0]);
  }

 private:
  SystemClock clock_;
  TemporaryDirectory directory_;
  std::optional<WorkerPool> pool_;
  std::vector<JobOutcome> outcomes_;
};

}  // namespace

TEST_CASE("a worker answers for the bytes that stand at the job's place in the file") {
  Pool pool;
  const JobOutcome outcome = pool.outcome_of("hello");
  CHECK(outcome.answer == "seen hello by contoso");
  CHECK(outcome.job.id == 1);
  CHECK(pool.outcome_of("large").answer->size() == std::size_t{3} << 20);
}

TEST_CASE("a worker sees the mails beside its own, and the newest history and lists") {
  Pool pool;
  const std::vector<std::vector<std::string>> rounds = {{"first", "one history", "one list"},
                                                        {"second", "one history", "other"},
                                                        {"third", "another", "other"}};
  for (const auto& round : rounds) {
    pool.submit_beside(round[0], {"a password", "and another"}, round[1], round[2]);
    CHECK(pool.outcomes(1)[0].answer ==
          "seen " + round[0] + " by contoso with a password with and another knowing " + round[1] +
              " told " + round[2]);
  }
  CHECK(pool.outcome_of("alone").answer == "seen alone by contoso");
}

TEST_CASE("many mails are answered by several workers, each once") {
  PoolSettings settings;
  settings.workers = 3;
  Pool pool(settings);
  for (std::uint64_t id = 1; id <= 50; ++id) pool.submit("mail " + std::to_string(id), id);
  std::set<std::uint64_t> answered;
  for (const auto& outcome : pool.outcomes(50)) {
    CHECK(outcome.answer == "seen mail " + std::to_string(outcome.job.id) + " by contoso");
    answered.insert(outcome.job.id);
  }
  CHECK(answered.size() == 50);
}

TEST_CASE("a mail that kills its worker fails with the reason, and the next one is answered") {
  Pool pool;
  CHECK(pool.outcome_of("crash").failure == "worker ended by signal 11");
  CHECK(pool.outcome_of("exit").failure == "worker ended with status 7");
  CHECK(pool.outcome_of("throw").failure == "worker ended with status 1");
  CHECK(pool.outcome_of("hello").answer == "seen hello by contoso");
}

TEST_CASE("a second attempt at a mail may succeed in a fresh worker") {
  Pool pool;
  pool.submit("crash once", 7, 1);
  CHECK_FALSE(pool.outcomes(1)[0].answer);
  pool.submit("crash once", 7, 2);
  CHECK(pool.outcomes(1)[0].answer == "seen crash once by contoso");
}

TEST_CASE("a mail that takes too much CPU time is given up, and one that waits too long") {
  PoolSettings settings;
  settings.cpu_time_per_job = 100ms;
  Pool pool(settings);
  CHECK(pool.outcome_of("loop").failure == "0.1 s of CPU time used");
  settings.wall_time_per_job = 400ms;
  Pool impatient(settings);
  CHECK(impatient.outcome_of("sleep").failure == "no answer after 0.4 s");
  CHECK(pool.outcome_of("hello").answer == "seen hello by contoso");
}

TEST_CASE("a worker is replaced after its share of mails") {
  PoolSettings settings;
  settings.jobs_per_worker = 2;
  Pool pool(settings);
  const auto first = pool.outcome_of("who").answer;
  CHECK(pool.outcome_of("who").answer == first);
  CHECK(pool.outcome_of("who").answer != first);
}

TEST_CASE("an answer over the bound costs the worker, not the master's memory") {
  PoolSettings settings;
  settings.largest_answer = 1 << 20;
  Pool pool(settings);
  CHECK(pool.outcome_of("large").failure.find("at most 1048576") != std::string::npos);
}

TEST_CASE("a worker killed while idle is replaced before anybody notices") {
  Pool pool;
  const auto process = pool.outcome_of("who").answer;
  REQUIRE(process);
  ::kill(std::stoi(*process), SIGKILL);
  pool.collect_once();
  CHECK(pool.outcome_of("hello").answer == "seen hello by contoso");
}

TEST_CASE("workers that end before they are ready are the pool's failure, not a mail's") {
  SystemClock clock;
  auto pool = WorkerPool::start(
      {}, [](const WorkerHelpers&) -> AnalyseJob { ::_exit(3); }, {}, clock);
  REQUIRE(pool);
  std::vector<pollfd> polled;
  pool->watch(polled);
  ::poll(polled.data(), polled.size(), 10'000);
  const auto collected = pool->collect();
  REQUIRE_FALSE(collected);
  CHECK(collected.error().message ==
        "a worker ended before it was ready: worker ended with status 3");
}

TEST_CASE("a worker that never says it is ready is replaced, and a pool of such workers gives up") {
  SystemClock clock;
  PoolSettings settings;
  settings.time_to_get_ready = 50ms;
  settings.first_pause = 1ms;
  auto pool = WorkerPool::start(
      settings,
      [](const WorkerHelpers&) -> AnalyseJob {
        ::sleep(60);
        return obey;
      },
      {}, clock);
  REQUIRE(pool);
  Result<std::vector<JobOutcome>> collected = pool->collect();
  std::uint32_t rounds = 0;
  for (; collected && rounds < 100; ++rounds) {
    REQUIRE(pool->until_deadline());
    ::poll(nullptr, 0, static_cast<int>(pool->until_deadline()->count()));
    collected = pool->collect();
  }
  REQUIRE_FALSE(collected);
  CHECK(rounds >= WorkerPool::kMostUnready);
  CHECK(collected.error().message == "workers do not get ready in 0.1 s");
}

namespace {

// A number that forked processes share.
class SharedCount {
 public:
  std::uint32_t next() { return count_->fetch_add(1); }

 private:
  void* memory_ = ::mmap(nullptr, sizeof(std::atomic<std::uint32_t>), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  std::atomic<std::uint32_t>* count_ = new (memory_) std::atomic<std::uint32_t>(0);
};

}  // namespace

TEST_CASE("beside good workers, one that never gets ready is tried again after longer and longer") {
  ManualClock clock;
  SharedCount forked;
  PoolSettings settings;
  settings.workers = 2;
  auto pool = WorkerPool::start(
      settings,
      [&forked](const WorkerHelpers&) -> AnalyseJob {
        if (forked.next() > 0) ::sleep(600);
        return obey;
      },
      {}, clock);
  REQUIRE(pool);
  while (!pool->has_idle_worker()) {
    ::poll(nullptr, 0, 10);
    REQUIRE(pool->collect());
  }
  std::vector<std::chrono::milliseconds> pauses;
  while (pauses.size() < 8) {
    clock.advance(settings.time_to_get_ready);
    REQUIRE(pool->collect());
    REQUIRE(pool->places_waiting() == 1);
    CHECK(pool->has_idle_worker());
    pauses.push_back(*pool->until_deadline() - 1ms);
    clock.advance(pauses.back() - 1ms);
    REQUIRE(pool->collect());
    CHECK(pool->places_waiting() == 1);
    clock.advance(1ms);
    REQUIRE(pool->collect());
    CHECK(pool->places_waiting() == 0);
  }
  using namespace std::chrono;
  CHECK(pauses == std::vector<milliseconds>{10s, 20s, 40s, 80s, 160s, 320s, 600s, 600s});
}

TEST_CASE("renewed workers judge the next mail, and a mail under way is answered by the old one") {
  const TemporaryDirectory directory;
  SystemClock clock;
  const auto answering = [](const std::string& with) -> MakeAnalyseJob {
    return [with](const WorkerHelpers&) -> AnalyseJob {
      return [with](const JobInput& input) {
        if (input.bytes == "slow") ::usleep(300'000);
        return with;
      };
    };
  };
  auto pool = WorkerPool::start({}, answering("old"), {}, clock);
  REQUIRE(pool);
  std::vector<std::string> answers;
  const auto collect = [&] {
    std::vector<pollfd> polled;
    pool->watch(polled);
    ::poll(polled.data(), polled.size(), 1000);
    auto outcomes = pool->collect();
    REQUIRE(outcomes);
    for (const JobOutcome& outcome : *outcomes) answers.push_back(outcome.answer.value_or("lost"));
  };
  const auto submit = [&](const std::string& bytes) {
    const auto file = open_file(directory.write(bytes, bytes), O_RDONLY);
    REQUIRE(file);
    while (!pool->has_idle_worker()) collect();
    WorkerJob job;
    job.length = bytes.size();
    REQUIRE(pool->submit(job, {file->number()}));
  };
  submit("slow");
  REQUIRE(pool->renew(answering("new")));
  CHECK_FALSE(pool->has_idle_worker());
  submit("quick");  // waits for the old one's end: there is but one worker
  REQUIRE(pool->renew(answering("newest")));
  while (answers.size() < 2) collect();
  submit("quick");
  while (answers.size() < 3) collect();
  CHECK(answers == std::vector<std::string>{"old", "new", "newest"});
}

TEST_CASE("a worker runs only when nobody else wants the processor") {
  Pool pool({}, [](const JobInput&) { return std::to_string(::sched_getscheduler(0)); });
  CHECK(pool.outcome_of("mail").answer == std::to_string(SCHED_IDLE));
}

TEST_CASE("a worker can open no file and no socket, start nothing, and holds nothing else") {
#ifdef SECONDLOOK_SANITIZED
  WARN("skipped: sanitizers need calls that the confinement refuses");
#else
  Pool pool({}, try_to_get_out);
  CHECK(pool.outcome_of("mail").answer == "held");
#endif
}

TEST_CASE("a mail that needs more memory than a worker may have costs the worker alone") {
#ifdef SECONDLOOK_SANITIZED
  WARN("skipped: sanitizers need the address space");
#else
  Pool pool;
  CHECK(pool.outcome_of("memory").failure == "worker ended with status 1");
  CHECK(pool.outcome_of("hello").answer == "seen hello by contoso");
#endif
}
