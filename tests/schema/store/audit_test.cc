#include "schema/store/audit.h"

#include <catch2/catch.hpp>

#include "schema/store/schema_1.h"
#include "schema/store/schema_2.h"
#include "schema/store/sqlite_connection.h"
#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

AuditEntry entry_of(std::int64_t second, const std::string& command) {
  AuditEntry entry;
  entry.at = at_second(second);
  entry.who = "root(0)";
  entry.login = "olga";
  entry.command = command;
  entry.arguments = R"({"action":"junk"})";
  return entry;
}

struct Audited : StoreFixture {
  Audited() {
    for (int i = 0; i < 5; ++i) must(store->append_audit(entry_of(i, "retract")));
  }
  // What somebody does who may write the file and knows about the triggers.
  void tamper(const std::string& sql) {
    must(must(Connection::open(path, ConnectionMode::read_write))
             ->execute("DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_removed;" +
                       sql));
  }
  AuditCheck check(const std::string& head = "") { return must(verify_audit(*store, head)); }
};

}  // namespace

TEST_CASE_METHOD(Audited, "the audit only grows") {
  auto connection = must(Connection::open(path, ConnectionMode::read_write));
  CHECK_FALSE(connection->execute("DELETE FROM audit"));
  CHECK_FALSE(connection->execute("UPDATE audit SET who = 'nobody'"));
  CHECK(must(connection->integer("SELECT count(*) FROM audit")) == 5);
}

TEST_CASE_METHOD(Audited, "an untouched audit is whole, and its head is the last row's hash") {
  const AuditRow last = must(store->append_audit(entry_of(9, "resume")));
  CHECK(last.id == 6);
  CHECK(check().intact());
  CHECK(check().rows == 6);
  CHECK(check().head == last.hash);
  CHECK(check(last.hash).intact());
}

TEST_CASE("an empty audit is whole") {
  StoreFixture fixture;
  const AuditCheck check = must(verify_audit(*fixture.store, ""));
  CHECK(check.intact());
  CHECK(check.head.empty());
}

TEST_CASE_METHOD(Audited, "a field that was changed is found, whichever it is") {
  for (const char* change :
       {"who = 'nobody'", "login = ''", "at = at + 1", "command = 'restore'", "kind = 'refused'",
        "about = 1", "arguments = '{}'", "outcome = '{}'", "hash = upper(hash)"}) {
    Audited fresh;
    INFO(change);
    fresh.tamper(std::string("UPDATE audit SET ") + change + " WHERE id = 3");
    CHECK(fresh.check().first_bad == 3);
  }
}

TEST_CASE_METHOD(Audited, "a removed row and a swapped pair are found") {
  SECTION("the first") {
    tamper("DELETE FROM audit WHERE id = 1");
    CHECK(check().first_bad == 2);
  }
  SECTION("one in the middle") {
    tamper("DELETE FROM audit WHERE id = 3");
    CHECK(check().first_bad == 4);
  }
  SECTION("two that changed places") {
    tamper(
        "UPDATE audit SET id = 99 WHERE id = 2; UPDATE audit SET id = 2 WHERE id = 3; "
        "UPDATE audit SET id = 3 WHERE id = 99");
    CHECK(check().first_bad == 2);
  }
}

TEST_CASE_METHOD(Audited, "rows cut off at the end are found by their number, or by a noted head") {
  const std::string head = check().head;
  SECTION("the database still knows how many it wrote") {
    tamper("DELETE FROM audit WHERE id > 3");
    CHECK(check().fault.find("rows at the end were removed") != std::string::npos);
  }
  SECTION("a careful hand also turns back the number: only the noted head tells") {
    tamper("DELETE FROM audit WHERE id > 3; UPDATE sqlite_sequence SET seq = 3");
    CHECK(check().intact());
    CHECK(check(head).fault.find("noted head is not in the chain") != std::string::npos);
  }
  SECTION("an older head is still there after more rows") {
    must(store->append_audit(entry_of(9, "resume")));
    CHECK(check(head).intact());
  }
}

TEST_CASE("fields cannot run into each other") {
  AuditRow left{1, entry_of(0, "retract"), "command", ""};
  AuditRow right = left;
  left.entry.who = "ab";
  left.entry.login = "c";
  right.entry.who = "a";
  right.entry.login = "bc";
  CHECK(audit_hash("", left) != audit_hash("", right));
}

TEST_CASE("the hash is the one that the description gives") {
  // printf of the bytes that README.md lists, through sha256sum.
  AuditRow row{1, {}, "command", ""};
  row.entry.at = Timestamp(std::chrono::microseconds(1'795'000'000'000'000));
  row.entry.who = "root(0)";
  row.entry.command = "retract";
  row.entry.arguments = "{}";
  CHECK(audit_hash("", row) == "6c0a77a6eea4b3a2f77cd632dfe9b37a7c8232576cd3c6efeb1cc6866ee3afd5");
}

TEST_CASE("rows from before the chain are chained when the database is brought up to date") {
  TemporaryDirectory directory;
  const std::string path = directory.file("old.db");
  must(
      must(Connection::open(path, ConnectionMode::read_write))
          ->execute(std::string(kSchema1) + kSchema2 +
                    "INSERT INTO audit (at, who, command, arguments) VALUES "
                    "(1, 'olga(1000) login olga', 'retract', '{}'), (2, 'root(0)', 'resume', '{}');"
                    "PRAGMA user_version=2"));
  auto store = must(Store::open(path));
  CHECK(must(verify_audit(*store, "")).rows == 2);
  CHECK(must(store->append_audit(entry_of(0, "restore"))).id == 3);
  CHECK(must(verify_audit(*store, "")).intact());
  auto connection = must(Connection::open(path, ConnectionMode::read_write));
  CHECK_FALSE(connection->execute("UPDATE audit SET who = 'nobody' WHERE id = 1"));
}

TEST_CASE_METHOD(Audited, "the audit is read newest first, from a time on") {
  std::vector<std::int64_t> ids;
  const auto note = [&](const AuditRow& row) {
    ids.push_back(row.id);
    return true;
  };
  must(read_audit(*store, at_second(2), 0, note));
  CHECK(ids == std::vector<std::int64_t>{5, 4, 3});
  ids.clear();
  must(read_audit(*store, std::nullopt, 2, note));
  CHECK(ids == std::vector<std::int64_t>{5, 4});
}

}  // namespace secondlook
