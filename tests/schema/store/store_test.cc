#include "schema/store/store.h"

#include <catch2/catch.hpp>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "schema/store/migration_copy.h"
#include "schema/store/migrations.h"
#include "schema/store/schema_1.h"
#include "schema/store/schema_10.h"
#include "schema/store/schema_2.h"
#include "schema/store/schema_3.h"
#include "schema/store/schema_4.h"
#include "schema/store/schema_5.h"
#include "schema/store/schema_6.h"
#include "schema/store/schema_7.h"
#include "schema/store/schema_8.h"
#include "schema/store/schema_9.h"
#include "schema/store/search_text.h"
#include "schema/store/sqlite_connection.h"
#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

TEST_CASE("a database is made with its directories and opened again as it was") {
  TemporaryDirectory directory;
  const std::string path = directory.file("deep/er/detections.db");
  {
    auto store = must(Store::open(path));
    must(store->record({stamp_of(1), verdict_of("a")}));
  }
  auto store = must(Store::open(path));
  CHECK(must(store->counts()).messages == 1);
  CHECK(must(store->recorded_mark(kSampleLog)) == 1);
}

TEST_CASE("a new database is readable by its owner and group alone") {
  StoreFixture fixture;
  struct stat facts {};
  REQUIRE(::stat(fixture.path.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0137) == 0);
}

TEST_CASE("a database of a newer program is refused by writers and readers") {
  StoreFixture fixture;
  fixture.store.reset();
  must(must(Connection::open(fixture.path, ConnectionMode::read_write))
           ->execute("PRAGMA user_version=99"));
  for (const auto& refused :
       {Store::open(fixture.path).error(), Store::open_read_only(fixture.path).error()}) {
    CHECK(refused.kind == Error::Kind::malformed);
    CHECK(refused.message.find("version 99 is newer") != std::string::npos);
  }
}

TEST_CASE("a database of the first version is brought up to date and goes on") {
  TemporaryDirectory directory;
  const std::string path = directory.file("old.db");
  must(must(Connection::open(path, ConnectionMode::read_write))
           ->execute(std::string(kSchema1) + "PRAGMA user_version=1"));
  CHECK(Store::open_read_only(path).error().message.find("older") != std::string::npos);
  auto store = must(Store::open(path));
  Verdict verdict = verdict_of("a");
  verdict.reduced_mail = "QUJD";
  const auto row = must(store->record({stamp_of(1), verdict}));
  CHECK(must(store->reduced_mail(row.id))->packed == "QUJD");
}

TEST_CASE("what version 10 recorded is found, merged and judged again after version 11") {
  TemporaryDirectory directory;
  const std::string path = directory.file("old.db");
  const Verdict verdict = verdict_of("a");
  const std::string sender = lower_ascii(verdict.sender), address = verdict.recipients[0].address;
  {
    const auto old = must(Connection::open(path, ConnectionMode::read_write));
    for (const char* schema : {kSchema1, kSchema2, kSchema3, kSchema4, kSchema5, kSchema6, kSchema7,
                               kSchema8, kSchema9, kSchema10})
      must(old->execute(schema));
    must(old->execute("PRAGMA user_version=10"));
    must(old->run("INSERT INTO logs (uuid, recorded) VALUES (?, 1)", stamp_of(1).log));
    must(old->run(
        "INSERT INTO messages (tenant, identity, received_at, disposition, deciding_report, "
        "sender_key) VALUES ('corp', ?, 1, 'malicious', 1, ?)",
        "report " + verdict.digest + " " + verdict.message_id, sender));
    must(
        old->run("INSERT INTO reports (log, sequence, revision, crc, message, severity, score, "
                 "received_at, peer, mail_from, tls_version, verdict) VALUES "
                 "(1, 1, 0, 7, 1, 0, 9, 1, '', '', '', ?)",
                 to_json(verdict)));
    must(
        old->run("INSERT INTO recipients (message, address_key, address, role, expanded_from, "
                 "forwarded_from) VALUES (1, ?, ?, 'to', '', '')",
                 lower_ascii(address), address));
    must(old->run("INSERT INTO facts VALUES (1, 'old_rule', 1), (3, 'evil.example', 1)"));
  }
  auto store = must(Store::open(path));
  const auto ids = [&](const std::vector<std::string>& terms) {
    std::vector<MessageRowId> found;
    must(search(*store, must(parse_search(terms, at_second(0))), [&](const FoundMessage& message) {
      found.push_back(message.id);
      return true;
    }));
    return found;
  };
  const std::vector<MessageRowId> one{1};
  CHECK(ids({"rule:credential_phrase"}) == one);
  CHECK(ids({"domain:evil.example"}) == one);
  CHECK(ids({"from:" + sender}) == one);
  CHECK(ids({"to:" + address.substr(address.find('@') + 1)}) == one);
  CHECK(must(store->find_message(1))->verdict.subject == verdict.subject);
  // Another report of the same mail joins it, and both verdicts are read.
  auto again = stamp_of(2);
  again.tenant = "corp";
  CHECK(must(store->record({again, verdict})).id == 1);
  CHECK(must(store->find_message(1))->reports.size() == 2);
  CHECK(ids({"rule:credential_phrase"}) == one);
  CHECK(ids({"rule:old_rule"}).empty());  // the verdict has other rules
}

TEST_CASE("before its schema changes a database is copied whole, and only then") {
  TemporaryDirectory directory;
  const std::string path = directory.file("old.db");
  const std::string copy = migration_copy_path(path, 1);
  must(must(Connection::open(path, ConnectionMode::read_write))
           ->execute(std::string(kSchema1) +
                     "INSERT INTO logs (uuid) VALUES ('kept'); PRAGMA user_version=1"));
  directory.write("old.db.schema-1.new", "half of an interrupted copy");
  must(Store::open(path));
  {
    const auto kept = must(Connection::open(copy, ConnectionMode::read_write));
    CHECK(must(kept->integer("PRAGMA user_version")) == 1);
    CHECK(must(kept->integer("SELECT count(*) FROM logs WHERE uuid = 'kept'")) == 1);
    CHECK(must(kept->integer("SELECT count(*) FROM pragma_integrity_check "
                             "WHERE integrity_check = 'ok'")) == 1);
  }
  struct stat facts {};
  REQUIRE(::stat(copy.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0640);
  CHECK(::access((copy + ".new").c_str(), F_OK) != 0);
  // The next start, and a new database, keep none.
  must(Store::open(path));
  must(Store::open(directory.file("new.db")));
  CHECK(::access(migration_copy_path(path, newest_schema_version()).c_str(), F_OK) != 0);
  CHECK(::access(migration_copy_path(directory.file("new.db"), 0).c_str(), F_OK) != 0);
}

TEST_CASE("where the copy cannot be made the schema is not touched") {
  TemporaryDirectory directory;
  const std::string path = directory.file("old.db");
  must(must(Connection::open(path, ConnectionMode::read_write))
           ->execute(std::string(kSchema1) + "PRAGMA user_version=1"));
  REQUIRE(::mkdir((migration_copy_path(path, 1) + ".new").c_str(), 0700) == 0);
  const auto refused = Store::open(path);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("copy before the schema changes, " + path) == 0);
  CHECK(must(must(Connection::open(path, ConnectionMode::read_write))
                 ->integer("PRAGMA user_version")) == 1);
}

TEST_CASE("a reader refuses a database that was never made up to date") {
  TemporaryDirectory directory;
  const std::string path = directory.file("empty.db");
  must(Connection::open(path, ConnectionMode::read_write));
  const Error refused = Store::open_read_only(path).error();
  CHECK(refused.kind == Error::Kind::malformed);
  CHECK(refused.message.find("older") != std::string::npos);
}

TEST_CASE("a file that is no database is refused with its name") {
  TemporaryDirectory directory;
  const std::string path = directory.write("notes.txt", std::string(5000, 'x'));
  const auto refused = Store::open(path);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Error::Kind::malformed);
  CHECK(refused.error().message.find(path) != std::string::npos);
}

TEST_CASE("a missing database is refused by readers and not made") {
  TemporaryDirectory directory;
  CHECK(Store::open_read_only(directory.file("none.db")).error().kind == Error::Kind::forbidden);
  CHECK(::access(directory.file("none.db").c_str(), F_OK) != 0);
}

TEST_CASE_METHOD(StoreFixture, "a reader sees what is committed while the writer goes on") {
  record(1, verdict_of("a"));
  auto reader = must(Store::open_read_only(path));
  CHECK(must(reader->counts()).messages == 1);
  auto transaction = must(store->begin());
  must(store->record({stamp_of(2), verdict_of("b")}));
  CHECK(must(reader->counts()).messages == 1);
  must(transaction->commit());
  CHECK(must(reader->counts()).messages == 2);
}

TEST_CASE_METHOD(StoreFixture, "a reader cannot write") {
  auto reader = must(Store::open_read_only(path));
  CHECK_FALSE(reader->record({stamp_of(1), verdict_of("a")}));
  CHECK_FALSE(reader->set_brake({true, "no", {}, {}, {}}));
  CHECK(must(store->counts()).messages == 0);
}

TEST_CASE_METHOD(StoreFixture,
                 "a database that was closed cleanly is read without rights to its directory") {
  if (::geteuid() != 0) {
    WARN("skipped: only root can become a user without rights to the directory");
    return;
  }
  record(1, verdict_of("a"));
  store.reset();
  ::chmod(directory.path().c_str(), 0755);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    INFO(suffix);
    REQUIRE(::chmod((path + suffix).c_str(), 0644) == 0);
  }
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)
      ::_exit(3);
    auto reader = Store::open_read_only(path);
    if (!reader) ::_exit(1);
    const auto counts = (*reader)->counts();
    ::_exit(counts && counts->messages == 1 ? 0 : 2);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE_METHOD(StoreFixture, "a second transaction inside the first is refused") {
  auto transaction = must(store->begin());
  CHECK_FALSE(store->begin());
  must(transaction->commit());
  CHECK(store->begin());
}

TEST_CASE("every step state has a name, and three of them are open") {
  int open = 0;
  for (int i = 0; i <= static_cast<int>(StepState::restored); ++i) {
    const auto state = static_cast<StepState>(i);
    CHECK(parse_step_state(name_of(state)) == state);
    open += is_final(state) ? 0 : 1;
  }
  CHECK(open == 3);
  CHECK_FALSE(parse_step_state("done"));
}

TEST_CASE_METHOD(StoreFixture,
                 "counts say how many messages of each disposition and steps of each state") {
  record(1, verdict_of("a"));
  record(2, verdict_of("b"));
  record(3, verdict_of("c", Disposition::clean));
  add_step(1, "anna@corp.example");
  add_step(1, "ben@corp.example", StepState::removed);
  const StoreCounts counts = must(store->counts());
  using Pairs = std::vector<std::pair<std::string, std::uint64_t>>;
  CHECK(counts.reports == 3);
  CHECK(counts.messages == 3);
  CHECK(counts.messages_by_disposition == Pairs{{"clean", 1}, {"malicious", 2}});
  CHECK(counts.steps_by_state == Pairs{{"planned", 1}, {"removed", 1}});
}

}  // namespace
}  // namespace secondlook
