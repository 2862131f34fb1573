#include "schema/store/period_report.h"

#include <catch2/catch.hpp>

#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

using Names = RankedNames;

// A week of three detections and two clean mails; and a detection before it.
struct Week : StoreFixture {
  Week() {
    add(1, "before", Disposition::malicious, -1000, "old@evil.example");
    add(2, "a", Disposition::malicious, 10, "x@evil.example", 1);
    add(3, "b", Disposition::suspicious, 20, "y@evil.example", 9);
    add(4, "c", Disposition::malicious, 30, "x@evil.example");
    add(5, "d", Disposition::clean, 40, "friend@shop.example");
    add(6, "e", Disposition::clean, 50, "friend@shop.example", 5, "EOP_CATEGORY_PHISH");
  }

  void add(std::uint64_t sequence, std::string_view name, Disposition disposition,
           std::int64_t second, const std::string& sender, std::optional<int> scl = {},
           const std::string& rule = "LURE") {
    Verdict verdict = verdict_of(name, disposition);
    verdict.sender = sender;
    verdict.from_domain = sender.substr(sender.find('@') + 1);
    verdict.hits = {{rule, 6, Disposition::suspicious, "", {}}};
    verdict.links = {{"https://a.example/1", "a.example", ""},
                     {"https://a.example/2", "a.example", ""}};
    verdict.recipients = {{"Anna@corp.example", "to", "", ""}};
    if (sequence % 2 == 0) verdict.recipients.push_back({"ben@corp.example", "to", "", ""});
    verdict.eop.scl = scl;
    RecordedReport report{stamp_of(sequence), verdict};
    report.stamp.received_at = at_second(second);
    record(report);
  }
  void remove(MessageRowId message, std::int64_t seconds) {
    Step step = add_step(message, "anna@corp.example", StepState::removed);
    step.finished_at =
        must(store->judged_message(message)).received_at + std::chrono::seconds(seconds);
    must(store->update_step(step));
  }
  PeriodReport report(std::size_t top = 10) {
    return must(period_report(*store, at_second(0), at_second(1000), top));
  }
};

}  // namespace

TEST_CASE_METHOD(Week, "a report counts what its time holds, and nothing else") {
  const PeriodReport week = report();
  CHECK(week.messages == 5);
  CHECK(week.dispositions == Names{{"clean", 2}, {"malicious", 2}, {"suspicious", 1}});
  CHECK(week.detections == 3);
  CHECK(week.recipients == Names{{"anna@corp.example", 3}, {"ben@corp.example", 2}});
  CHECK(week.senders == Names{{"x@evil.example", 2}, {"y@evil.example", 1}});
  CHECK(week.sender_domains == Names{{"evil.example", 3}});
  CHECK(week.rules == Names{{"LURE", 3}});
  CHECK(week.hosts == Names{{"a.example", 3}});  // once a message
  CHECK(report(1).senders.size() == 1);
  CHECK(must(period_report(*store, at_second(5000), at_second(6000), 10)).messages == 0);
  CHECK(must(period_report(*store, at_second(10), at_second(20), 10)).messages == 1);
}

TEST_CASE_METHOD(Week, "a report says what became of removals, and how many were wrong") {
  remove(2, 3);
  remove(3, 1);
  add_step(4, "anna@corp.example", StepState::not_found);
  must(store->mark_restored(3, true));
  const PeriodReport week = report();
  CHECK(week.removals == Names{{"removed", 2}, {"not_found", 1}});
  CHECK(week.removed_messages == 2);
  CHECK(week.restored_messages == 1);
  CHECK(week.false_positives == 1);
  REQUIRE(week.exposures.size() == 2);
  CHECK(week.exposures.front() == std::chrono::seconds(1));
}

TEST_CASE_METHOD(Week, "a report holds its verdicts against those of Exchange's filter") {
  const PeriodReport week = report();
  CHECK(week.detections_with_eop == 2);
  CHECK(week.passed_by_eop == 1);
  CHECK(week.clean_against_eop == 1);
}

}  // namespace secondlook
