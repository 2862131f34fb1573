#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "schema/store/audit.h"
#include "schema/store/sqlite_connection.h"
#include "schema/store/store.h"
#include "tests/cli/desk.h"

using namespace secondlook;

namespace {

// A retract by alice and its outcome, then a refusal; texts that would command a terminal.
std::string write_audit(const PathSettings& paths) {
  auto store = Store::open(paths.database);
  REQUIRE(store);
  ControlRequest request;
  request.command = "retract";
  request.select.expression = {"from:evil.example"};
  request.action = "junk";
  request.reason = "ticket 17 \x1b[2J";
  AuditEntry entry{Timestamp(std::chrono::seconds(1'795'000'000)),
                   AuditKind::command,
                   {},
                   "root(0)",
                   "alice",
                   "retract",
                   to_json(request),
                   ""};
  REQUIRE((*store)->append_audit(entry));
  entry.kind = AuditKind::outcome;
  entry.about = 1;
  entry.arguments = "{}";
  entry.outcome = R"({"copies":3,"states":{"failed":1,"removed":2}})";
  REQUIRE((*store)->append_audit(entry));
  entry.kind = AuditKind::refused;
  entry.about.reset();
  entry.who = "mallory(1001)";
  entry.outcome = R"({"refused":"not in group secondlook-operators"})";
  const auto last = (*store)->append_audit(entry);
  REQUIRE(last);
  return last->hash;
}

}  // namespace

TEST_CASE("audit tells who did what, why and how it ended, newest first, made safe") {
  Desk desk;
  write_audit(desk.paths());
  const Ran ran = desk.run({"audit"});
  CHECK(ran.status == 0);
  CHECK(ran.out == golden("audit.txt"));
}

TEST_CASE("audit --json gives one object a row, with every name") {
  Desk desk;
  write_audit(desk.paths());
  const Ran ran = desk.run({"audit", "--json", "--limit", "0"});
  std::istringstream lines(ran.out);
  std::vector<nlohmann::json> rows;
  for (std::string line; std::getline(lines, line);) rows.push_back(nlohmann::json::parse(line));
  REQUIRE(rows.size() == 3);
  for (const char* name : {"id", "at", "kind", "about", "who", "login", "command", "reason",
                           "request", "outcome", "hash"})
    CHECK(rows[0].contains(name));
  CHECK(rows[0]["kind"] == "refused");
  CHECK(rows[1]["about"] == 1);
  CHECK(rows[1]["outcome"]["states"]["removed"] == 2);
  CHECK(rows[2]["reason"] == "ticket 17 \x1b[2J");
  CHECK(rows[2]["request"]["action"] == "junk");
  CHECK(desk.run({"audit", "--limit", "1", "--json"}).out.find("refused") != std::string::npos);
  CHECK(desk.run({"audit", "--since", "2099-01-01"}).status == 1);
}

TEST_CASE("audit verify says whether the chain is whole, and its head") {
  Desk desk;
  const std::string head = write_audit(desk.paths());
  const Ran whole = desk.run({"audit", "verify", "--head", head});
  CHECK(whole.status == 0);
  CHECK(whole.out == "rows  3\nhead  " + head + "\nwhole\n");
  CHECK(desk.run({"audit", "verify", "--head", std::string(64, '0')}).status == 1);
  const auto connection = Connection::open(desk.paths().database, ConnectionMode::read_write);
  REQUIRE(connection);
  REQUIRE((*connection)
              ->execute("DROP TRIGGER audit_is_never_changed;"
                        "UPDATE audit SET who = 'nobody' WHERE id = 2"));
  const Ran broken = desk.run({"audit", "verify"});
  CHECK(broken.status == 1);
  CHECK(broken.err.find("row 2 does not follow") != std::string::npos);
  const auto json = nlohmann::json::parse(desk.run({"audit", "verify", "--json"}).out);
  CHECK(json["intact"] == false);
  CHECK(json["first_bad"] == 2);
}

TEST_CASE("what audit cannot mean is refused") {
  Desk desk;
  write_audit(desk.paths());
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"audit", "check"},
                                             {"audit", "--head", "x"},
                                             {"audit", "--since", "soon"},
                                             {"audit", "verify", "--limit", "3"}})
    CHECK(desk.run(words).status == 2);
  Desk without_database;
  CHECK(without_database.run({"audit"}).status == 3);
}
