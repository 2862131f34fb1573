#include <unistd.h>

#include "schema/store/migration_copy.h"
#include "schema/store/schema_1.h"
#include "schema/store/schema_10.h"
#include "schema/store/schema_11.h"
#include "schema/store/schema_12.h"
#include "schema/store/schema_13.h"
#include "schema/store/schema_2.h"
#include "schema/store/schema_3.h"
#include "schema/store/schema_4.h"
#include "schema/store/schema_5.h"
#include "schema/store/schema_6.h"
#include "schema/store/schema_7.h"
#include "schema/store/schema_8.h"
#include "schema/store/schema_9.h"
#include "schema/store/sqlite_connection.h"
#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

// A database as version 13 left it, with two messages whose reports name their rules in the old
// way.
void make_version_13(const std::string& path) {
  const auto connection = must(Connection::open(path, ConnectionMode::read_write));
  for (const char* sql :
       {kSchema1, kSchema2, kSchema3, kSchema4, kSchema5, kSchema6, kSchema7, kSchema8, kSchema9,
        kSchema10, kSchema11, kSchema12, kSchema13, "PRAGMA user_version=13"})
    must(connection->execute(sql));
  must(connection->execute("INSERT INTO logs (id, uuid, recorded) VALUES (1, '" +
                           std::string(kSampleLog) + "', 2)"));
  for (const int number : {1, 2}) {
    Verdict verdict = verdict_of("m" + std::to_string(number));
    verdict.rule_set = number == 1 ? "abc" : "from-before-7";
    must(
        connection->run("INSERT INTO messages (id, tenant, identity, received_at, deciding_report) "
                        "VALUES (?1, 'corp', ?1 || '', 1, ?1)",
                        number));
    must(
        connection->run("INSERT INTO reports (id, log, sequence, revision, crc, message, severity, "
                        "score, received_at, peer, "
                        "mail_from, tls_version, verdict, packed, rule_set) VALUES (?1, 1, ?1, 0, "
                        "0, ?1, 0, 1, 1, '', '', '', "
                        "'', pack_verdict(?2), ?3)",
                        number, to_json(verdict), number == 1 ? "abc" : ""));
  }
}

}  // namespace

TEST_CASE(
    "rule sets of an older database stand once afterwards, and each report still says its own") {
  TemporaryDirectory directory;
  const std::string path = directory.file("detections.db");
  make_version_13(path);
  const auto store = must(Store::open(path));
  CHECK(::access(migration_copy_path(path, 13).c_str(), F_OK) == 0);
  CHECK(must(store->find_message(1))->verdict.rule_set == "abc");
  CHECK(must(store->find_message(2))->verdict.rule_set == "from-before-7");
}

TEST_CASE_METHOD(StoreFixture, "reports say which rules judged them, though the hash stands once") {
  for (std::uint64_t n = 1; n <= 4; ++n) {
    Verdict verdict = verdict_of(std::to_string(n));
    verdict.rule_set = n % 2 == 0 ? "even" : n == 1 ? "odd" : "";
    record(n, verdict);
  }
  CHECK(must(store->find_message(1))->verdict.rule_set == "odd");
  CHECK(must(store->find_message(2))->verdict.rule_set == "even");
  CHECK(must(store->find_message(3))->verdict.rule_set.empty());
  CHECK(must(store->find_message(4))->verdict.rule_set == "even");
  const auto connection = must(Connection::open(path, ConnectionMode::read_only));
  CHECK(must(connection->integer("SELECT count(*) FROM rule_sets")) == 2);
}

}  // namespace secondlook
