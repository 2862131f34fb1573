#include "remediation/list_files.h"

#include <map>

#include <catch2/catch.hpp>

#include "schema/store/lists.h"
#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

struct Files : StoreFixture {
  void take(const std::vector<std::string>& files, std::int64_t second = 0) {
    auto transaction = must(store->begin());
    must(take_list_files(*store, files, at_second(second)));
    must(transaction->commit());
  }
  // "block domain evil.example" -> who added it
  std::map<std::string, std::string> entries() {
    std::map<std::string, std::string> found;
    for (const StoredListEntry& stored : must(store->lists().all()))
      found[stored.entry.key()] = stored.added_by;
    return found;
  }
  std::vector<AuditRow> audit() { return must(store->audit_before({}, 100)); }
};
using Entries = std::map<std::string, std::string>;

}  // namespace

TEST_CASE_METHOD(Files, "the entries of a file follow the file, and the audit says what changed") {
  const std::string list =
      directory.write("a.list", "# ours\nblock domain evil.example\n\nblock host h.example\n");
  const std::string owner = added_by_file(list);
  take({list});
  CHECK(entries() ==
        Entries{{"block domain evil.example", owner}, {"block host h.example", owner}});
  REQUIRE(audit().size() == 1);
  CHECK(audit()[0].entry.command == "lists_file");
  CHECK(audit()[0].entry.arguments.find("block host h.example") != std::string::npos);

  take({list});  // as it was: nothing to say
  CHECK(audit().size() == 1);

  directory.write("a.list", "block domain evil.example # ticket 17\nblock ip 192.0.2.0/24\n");
  take({list});
  CHECK(entries() ==
        Entries{{"block domain evil.example", owner}, {"block ip 192.0.2.0/24", owner}});
  CHECK(audit().size() == 2);

  take({});
  CHECK(entries().empty());
  CHECK(audit().size() == 3);
}

TEST_CASE_METHOD(Files,
                 "a file with a mistake, too long, or not there leaves its entries as they were") {
  const std::string list = directory.write("a.list", "block domain evil.example\n");
  take({list});
  const Entries before = entries();
  directory.write("a.list", "block domain other.example\nblok host h.example\n");
  take({list});
  CHECK(entries() == before);
  std::string many;
  for (std::size_t i = 0; i <= kMostListEntries; ++i)
    many += "block host h" + std::to_string(i) + ".example\n";
  directory.write("a.list", many);
  take({list});
  CHECK(entries() == before);
  REQUIRE(::unlink(list.c_str()) == 0);
  take({list});
  CHECK(entries() == before);
  CHECK(audit().size() == 1);
}

TEST_CASE_METHOD(Files, "what a person added, or another file, is not taken over") {
  must(store->lists().put(must(parse_list_entry("block domain evil.example # by hand")),
                          at_second(0), "hana"));
  const std::string first =
      directory.write("a.list", "block host h.example\nblock domain evil.example\n");
  const std::string second =
      directory.write("b.list", "block host h.example\nblock host i.example\n");
  take({first, second});
  CHECK(entries() == Entries{{"block domain evil.example", "hana"},
                             {"block host h.example", added_by_file(first)},
                             {"block host i.example", added_by_file(second)}});
  take({second});  // the first is named no more
  CHECK(entries()["block domain evil.example"] == "hana");
  CHECK(entries()["block host h.example"] == added_by_file(second));
}

TEST_CASE_METHOD(Files, "an entry whose end has passed is not taken") {
  const std::string list = directory.write("a.list", "allow domain a.example until 2001-01-01\n");
  take({list});
  CHECK(entries().empty());
}

TEST_CASE("who added an entry tells a file from a person") {
  CHECK(file_that_added(added_by_file("/etc/secondlook/a.list")) == "/etc/secondlook/a.list");
  CHECK(file_that_added("hana").empty());
  CHECK(file_that_added("file clerk").empty());
}

}  // namespace secondlook
