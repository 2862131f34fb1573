// A database of version 17 with a row of every kind, brought up to date.
#include <map>

#include <catch2/catch.hpp>

#include "schema/store/migrations.h"
#include "schema/store/schema_1.h"
#include "schema/store/schema_10.h"
#include "schema/store/schema_11.h"
#include "schema/store/schema_12.h"
#include "schema/store/schema_13.h"
#include "schema/store/schema_14.h"
#include "schema/store/schema_15.h"
#include "schema/store/schema_16.h"
#include "schema/store/schema_17.h"
#include "schema/store/schema_2.h"
#include "schema/store/schema_3.h"
#include "schema/store/schema_4.h"
#include "schema/store/schema_5.h"
#include "schema/store/schema_6.h"
#include "schema/store/schema_7.h"
#include "schema/store/schema_8.h"
#include "schema/store/schema_9.h"
#include "schema/store/sql_functions.h"
#include "schema/store/sqlite_connection.h"
#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

using Counts = std::map<std::string, std::int64_t>;

// As version 17 wrote it.
void add_message(Connection& old, int id, const Verdict& verdict) {
  must(old.run(
      "INSERT INTO messages (id, tenant, identity, deciding_report, received_at, disposition, "
      "message_id, "
      "network_message_id, sender_key, from_domain, reply_to_key, envelope_sender_key, direction, "
      "connecting_ip, restored_by_hand, false_positive, restored_rules) VALUES (?, 'corp', ?, ?, "
      "?, ?, ?, ?, "
      "'billing@pay.shop.example', 'pay.shop.example', 'answers@elsewhere.example', "
      "'bounce@mailer.example', 'inbound', '192.0.2.7', ?, ?, ?)",
      id, short_hash("report " + verdict.digest + " " + verdict.message_id), id, at_second(id),
      name_of(verdict.disposition), verdict.message_id, verdict.network_message_id, id == 1,
      id == 1, id == 1 ? "[\"LINK_MISMATCH\"]" : "[]"));
  must(
      old.run("INSERT INTO reports (id, log, sequence, revision, crc, message, superseded, "
              "severity, score, "
              "received_at, peer, mail_from, tls_version, verdict, packed, cause, companions, "
              "rule_set) VALUES "
              "(?1, 1, ?1, 0, ?1 * 7919, ?1, 0, ?2, 12.5, ?3, 'peer', 'from', 'TLSv1.3', '', "
              "pack_verdict(?4), '', '[]', '1')",
              id, severity_rank(verdict.disposition), at_second(id), to_json(verdict)));
  int number = 0;
  for (const char* address : {"zoe@corp.example", "Anna@Corp.Example"})
    must(
        old.run("INSERT INTO recipients (message, address_key, address, role, expanded_from, "
                "forwarded_from) VALUES "
                "(?, lower(?2), ?2, 'to', ?3, '')",
                id, address, ++number == 1 ? "all@corp.example" : ""));
  must(old.run("INSERT INTO search_texts VALUES (?, 'old subject', 'old', 'old', 'old')", id));
  must(old.run("INSERT INTO hours VALUES (?1, ?2, ?2) ON CONFLICT DO UPDATE SET last_message = ?2",
               at_second(id).time_since_epoch().count() / 3'600'000'000, id));
}

void make_version_17(const std::string& path) {
  const auto old = must(Connection::open(path, ConnectionMode::read_write));
  for (const char* sql : {kSchema1, kSchema2, kSchema3, kSchema4, kSchema5, kSchema6, kSchema7,
                          kSchema8, kSchema9, kSchema10, kSchema11, kSchema12, kSchema13, kSchema14,
                          kSchema15, kSchema16, kSchema17, "PRAGMA user_version=17"})
    must(old->execute(sql));
  must(old->execute("INSERT INTO logs (id, uuid, recorded) VALUES (1, '" + std::string(kSampleLog) +
                    "', 4);"
                    "INSERT INTO rule_sets (hash) VALUES ('abc')"));
  add_message(*old, 1, verdict_of("1"));
  add_message(*old, 2, verdict_of("2", Disposition::clean));
  add_message(*old, 3, verdict_of("3", Disposition::spam));
  must(old->execute(
      "INSERT INTO reports (log, sequence, revision, crc, message, superseded, severity, score, "
      "received_at, peer, "
      "mail_from, tls_version, verdict, packed) SELECT 1, 4, 0, 4 * 7919, 1, 0, severity, 1, "
      "received_at, '', '', '', "
      "verdict, packed FROM reports WHERE id = 1;"
      "INSERT INTO reduced_mails VALUES (1, 'QUJD');"
      "INSERT INTO steps (message, tenant, mailbox, copy, restores, action, cause, state, detail, "
      "planned_at, tries, "
      "user_id, copy_id, destination_copy_id, pre_image) VALUES (1, 'corp', 'anna@corp.example', "
      "0, 0, 'junk', "
      "'automatic', 'removed', '', 1, 1, '', '', '', '');"
      "INSERT INTO brake_subjects VALUES (1, 'tenant', 'corp');"
      "INSERT INTO user_reports VALUES ('corp', '<2@shop.example>', 'anna@corp.example', 1);"
      "INSERT INTO fact_values VALUES (1, 1, 'link_mismatch'); INSERT INTO message_facts VALUES "
      "(1, 1);"
      // The highest ids that were ever given.
      "INSERT INTO messages (id, tenant, identity, received_at) VALUES (9, 'corp', 'gone', 1);"
      "DELETE FROM messages WHERE id = 9"));
}

Counts rows_of(Connection& connection) {
  Counts rows;
  for (const char* table : {"logs", "messages", "reports", "recipients", "steps", "reduced_mails",
                            "brake_subjects", "user_reports", "hours", "rule_sets", "tallies"})
    rows[table] = *must(connection.integer("SELECT count(*) FROM " + std::string(table)));
  return rows;
}

std::map<std::string, std::string> triggers_of(Connection& connection) {
  std::map<std::string, std::string> triggers;
  must(for_each_row(
      connection.query(
          "SELECT name, tbl_name || sql FROM sqlite_schema WHERE type = 'trigger' AND name "
          "NOT LIKE 'search_texts%'"),
      [&](const Statement& row) { triggers[row.text(0)] = row.text(1); }));
  return triggers;
}

struct Migrated {
  Migrated() {
    make_version_17(path);
    {
      const auto old = must(Connection::open(path, ConnectionMode::read_write));
      rows_before = rows_of(*old);
      triggers_before = triggers_of(*old);
    }
    store = must(Store::open(path));
  }
  std::vector<MessageRowId> ids(const std::string& term) {
    SearchQuery query = must(parse_search({term}, at_second(0)));
    query.include_all = true;
    std::vector<MessageRowId> found;
    must(search(*store, query, [&](const FoundMessage& message) {
      found.push_back(message.id);
      return true;
    }));
    return found;
  }

  TemporaryDirectory directory;
  std::string path = directory.file("detections.db");
  Counts rows_before;
  std::map<std::string, std::string> triggers_before;
  std::unique_ptr<Store> store;
};

using Ids = std::vector<MessageRowId>;

}  // namespace

TEST_CASE_METHOD(Migrated, "no row and no trigger is lost on the way to version 18") {
  const auto connection = must(Connection::open(path, ConnectionMode::read_write));
  CHECK(rows_of(*connection) == rows_before);
  CHECK(rows_before["steps"] == 1);
  CHECK(rows_before["recipients"] == 6);
  CHECK(triggers_of(*connection) == triggers_before);
  CHECK(must(connection->integer("PRAGMA foreign_keys")) == 1);
  CHECK(must(connection->integer("SELECT count(*) FROM pragma_foreign_key_check")) == 0);
  CHECK(must(connection->integer(
            "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'")) == 0);
  // What referred to the old table refers to the new one.
  CHECK(must(connection->integer(
            "SELECT count(*) FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE "
            "s.type = 'table' AND f.\"table\" = 'messages'")) == 4);
}

TEST_CASE_METHOD(Migrated, "what version 17 recorded is found by every field") {
  for (const char* term :
       {"from:billing@pay.shop.example", "from:pay.shop.example", "reply-to:elsewhere.example",
        "envelope-from:bounce@mailer.example", "to:zoe@corp.example", "to:corp.example",
        "mailbox:anna@corp.example", "subject:invoice", "filename:zip", "rule:link_mismatch",
        "attribute:new_sender", "domain:evil.example", "url:https://login.evil.example/a?b",
        "ip:192.0.2.7", "ip:192.0.2.0/24", "direction:inbound", "tenant:corp"}) {
    INFO(term);
    CHECK(ids(term) == Ids{3, 2, 1});
  }
  CHECK(ids("message-id:<2@shop.example>") == Ids{2});
  CHECK(ids("disposition:spam") == Ids{3});
  CHECK(ids("attribute:user_reported") == Ids{2});
  CHECK(ids("state:removed") == Ids{1});
  CHECK(ids("subject:old").empty());
}

TEST_CASE_METHOD(Migrated,
                 "recipients keep their order and their spelling, restored mails their mark") {
  const FoundMessage message = *must(store->find_message(1));
  REQUIRE(message.verdict.recipients.size() == 2);
  CHECK(message.verdict.recipients[0].address == "zoe@corp.example");
  CHECK(message.verdict.recipients[0].expanded_from == "all@corp.example");
  CHECK(message.verdict.recipients[1].address == "Anna@Corp.Example");
  CHECK(message.verdict.rule_set == "abc");
  CHECK(message.reports.size() == 2);
  CHECK(message.steps.size() == 1);
  CHECK(must(store->reduced_mail(1))->packed == "QUJD");
  CHECK(must(store->false_positives()) == Ids{1});
}

TEST_CASE_METHOD(
    Migrated,
    "later reports join the messages of version 17, and ids go on above all that were given") {
  const auto record = [&](std::uint64_t sequence, const Verdict& verdict) {
    auto transaction = must(store->begin());
    auto row = must(store->record({stamp_of(sequence), verdict}));
    must(transaction->commit());
    return row;
  };
  const MessageRow joined = record(5, verdict_of("1"));
  CHECK(joined.id == 1);
  CHECK(joined.restored_by_hand);
  CHECK(joined.restored_rules == std::vector<std::string>{"LINK_MISMATCH"});
  CHECK(joined.recipients.size() == 3);  // ben, too
  CHECK(record(6, verdict_of("new")).id == 10);
  CHECK(must(store->counts()).messages == 4);
  // What hangs on a message goes with it still.
  CHECK(must(store->forget_before(at_second(100), at_second(100), 100)) == 4);
  const auto connection = must(Connection::open(path, ConnectionMode::read_only));
  for (const char* table :
       {"messages", "reports", "recipients", "steps", "brake_subjects", "reduced_mails"})
    CHECK(must(connection->integer("SELECT count(*) FROM " + std::string(table))) == 0);
}

}  // namespace secondlook
