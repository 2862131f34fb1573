#include "schema/store/census.h"

#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

struct Counting : StoreFixture {
  void mail(std::uint64_t sequence, const char* time, const std::vector<std::string>& to) {
    RecordedReport report{stamp_of(sequence), verdict_of(std::to_string(sequence))};
    report.stamp.received_at = *parse_rfc3339(time);
    report.verdict.recipients.clear();
    for (const std::string& address : to)
      report.verdict.recipients.push_back({address, "to", "", ""});
    record(report);
  }
};

}  // namespace

TEST_CASE_METHOD(Counting,
                 "the census counts each address once a month, by what the directory says") {
  DirectoryObject ann;
  ann.id = "U1";
  ann.mail = "ann@corp.example";
  ann.addresses = {"ann@corp.example", "a.smith@corp.example"};
  DirectoryObject all = ann;
  all.id = "G1";
  all.kind = DirectoryKind::group;
  all.mail = "all@corp.example";
  all.addresses = {"all@corp.example"};
  StoredDirectory& known = store->directory();
  const Generation generation = must(known.begin_generation("corp"));
  must(known.put(generation, ann));
  must(known.put(generation, all));
  must(known.publish("corp", generation, "shape", {"u", "g", "c"}, true, at_second(1)));

  mail(1, "2026-10-31T23:59:59Z", {"Ann@corp.example", "all@corp.example"});
  mail(2, "2026-11-01T00:00:00Z", {"ann@corp.example", "a.smith@corp.example"});
  mail(3, "2026-11-02T00:00:00Z", {"ANN@corp.example", "who@elsewhere.example"});

  std::vector<std::string> lines;
  for (const CensusRow& row : must(census(*store)))
    lines.push_back(row.month + " " + row.tenant + " " + row.kind + " " +
                    std::to_string(row.addresses) + " " + std::to_string(row.new_addresses));
  CHECK(lines == std::vector<std::string>{"2026-11 corp elsewhere 1 1", "2026-11 corp user 2 1",
                                          "2026-10 corp group 1 1", "2026-10 corp user 1 1"});
}

}  // namespace secondlook
