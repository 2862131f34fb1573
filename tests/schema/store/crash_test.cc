// Durability is tested by killing: a child process records and is ended by SIGKILL at a random
// place; what it said was committed must be there, whole, and nothing in halves.
#include <csignal>
#include <random>

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "schema/store/sqlite_connection.h"
#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

constexpr std::uint64_t kBatch = 4;

// Commits batches of reports with a step each, and tells each committed sequence, until it is
// killed.
[[noreturn]] void record_for_ever(const std::string& path, int tell) {
  auto store = Store::open(path);
  if (!store) ::_exit(1);
  for (std::uint64_t next = *(*store)->recorded_mark(kSampleLog) + 1;; next += kBatch) {
    auto transaction = (*store)->begin();
    if (!transaction) ::_exit(2);
    for (std::uint64_t sequence = next; sequence < next + kBatch; ++sequence) {
      const auto row = (*store)->record({stamp_of(sequence), verdict_of(std::to_string(sequence))});
      if (!row || !row->report_is_new) ::_exit(3);
      Step step;
      step.message = row->id;
      step.mailbox = "anna@corp.example";
      step.cause = "automatic";
      step.action = Action::junk;
      if (!(*store)->add_step(step)) ::_exit(4);
    }
    if (!(*transaction)->commit()) ::_exit(5);
    const std::uint64_t committed = next + kBatch - 1;
    if (::write(tell, &committed, sizeof committed) != sizeof committed) ::_exit(6);
  }
}

void check_invariants(const std::string& path, std::uint64_t committed) {
  auto connection = must(Connection::open(path, ConnectionMode::read_write));
  const auto count = [&](const char* sql) {
    return static_cast<std::uint64_t>(must(connection->integer(sql)).value_or(0));
  };
  const std::uint64_t recorded = count("SELECT max(recorded) FROM logs");
  CHECK(recorded >= committed);
  CHECK(recorded % kBatch == 0);
  for (const char* sql :
       {"SELECT count(*) FROM reports", "SELECT max(sequence) FROM reports",
        "SELECT count(*) FROM messages", "SELECT count(*) FROM steps",
        "SELECT count(DISTINCT message) FROM recipients",
        "SELECT count(*) FROM message_search WHERE message_search MATCH 'invoice'",
        "SELECT count(*) FROM message_search WHERE message_search MATCH "
        "'keys : ' || search_key((SELECT secret FROM search_state), 6, 'anna@corp.example')"}) {
    INFO(sql);
    CHECK(count(sql) == recorded);
  }
  must(connection->execute(
      "INSERT INTO message_search (message_search) VALUES ('integrity-check')"));
  CHECK(count("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'") == 0);
  CHECK(count("SELECT count(*) FROM pragma_foreign_key_check") == 0);
}

TEST_CASE("a writer killed at any moment leaves whole batches and loses none it committed") {
  TemporaryDirectory directory;
  const std::string path = directory.file("detections.db");
  must(Store::open(path));
  std::mt19937 random(20261122);
  std::uint64_t committed = 0;
  for (int round = 0; round < 8; ++round) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) record_for_ever(path, ends[1]);
    ::close(ends[1]);
    // Killed some way into the batch after one that was committed: the child is then at work.
    const std::uint64_t until = committed + kBatch * (1 + random() % 3);
    std::uint64_t told = 0;
    while (committed < until && ::read(ends[0], &told, sizeof told) == sizeof told)
      committed = told;
    ::usleep(static_cast<useconds_t>(random() % 2000));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    while (::read(ends[0], &told, sizeof told) == sizeof told) committed = told;
    ::close(ends[0]);
    check_invariants(path, committed);
  }
  CHECK(committed >= 8 * kBatch);
}

}  // namespace
}  // namespace secondlook
