#include <algorithm>
#include <limits>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

TEST_CASE_METHOD(StoreFixture, "a report is recorded with all that was said of it") {
  const MessageRow row = record(1, full_verdict());
  CHECK(row.id == 1);
  CHECK(row.is_new);
  CHECK(row.report_is_new);
  CHECK(row.disposition == Disposition::malicious);
  CHECK(row.rules == std::vector<std::string>{"CREDENTIAL_PHRASE", "LINK_MISMATCH"});
  CHECK(row.recipients.size() == 2);
  CHECK_FALSE(row.restored_by_hand);

  const auto found = must(find_message(*store, row.id));
  REQUIRE(found);
  CHECK(to_json(found->verdict) == to_json(full_verdict()));
  CHECK(found->tenant == "corp");
  CHECK(found->received_at == stamp_of(1).received_at);
  REQUIRE(found->reports.size() == 1);
  CHECK(found->reports[0].log == kSampleLog);
  CHECK(found->reports[0].peer == "198.51.100.9");

  const JudgedMessage judged = must(store->judged_message(row.id));
  CHECK(judged.message_id == "<invoice-1@shop.example>");
  CHECK(judged.network_message_id == "00000000-1111-2222-3333-444444444444");
  CHECK(judged.tenant == "corp");
  CHECK(judged.size == 20'480);
}

TEST_CASE_METHOD(StoreFixture, "what was judged is told anew when another verdict decides") {
  const MessageRow row = record(1, full_verdict());
  CHECK(must(store->judged_message(row.id)).size == 20'480);
  Verdict worse = full_verdict();
  worse.score += 10;
  worse.size = 30'000;
  REQUIRE(record(2, worse).id == row.id);
  CHECK(must(store->judged_message(row.id)).size == 30'000);
  // A mail that was never recorded has nothing to tell.
  CHECK_FALSE(store->judged_message(row.id + 1));
}

TEST_CASE_METHOD(StoreFixture, "the same report again changes nothing") {
  const MessageRow first = record(1, verdict_of("a"));
  Verdict other = verdict_of("a", Disposition::clean);
  other.recipients.push_back({"late@corp.example", "to", "", ""});
  const MessageRow again = record(1, other);
  CHECK(again.id == first.id);
  CHECK_FALSE(again.is_new);
  CHECK_FALSE(again.report_is_new);
  CHECK(again.disposition == Disposition::malicious);
  CHECK(again.recipients.size() == 2);
  CHECK(must(store->counts()).reports == 1);
}

TEST_CASE_METHOD(StoreFixture,
                 "the same sequence with another checksum is refused, whatever its revision") {
  record(1, verdict_of("a"));
  for (const std::uint32_t revision : {0u, 1u}) {
    RecordedReport report{stamp_of(1, revision), verdict_of("b")};
    report.stamp.crc ^= 1;
    const auto refused = store->record(report);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Error::Kind::forbidden);
    CHECK(refused.error().message.find("/1: recorded before with another checksum") !=
          std::string::npos);
  }
  CHECK(must(store->counts()).messages == 1);
}

TEST_CASE_METHOD(StoreFixture, "a refused report takes nothing else of its transaction with it") {
  record(1, verdict_of("a"));
  auto transaction = must(store->begin());
  must(store->record({stamp_of(2), verdict_of("b")}));
  RecordedReport bad{stamp_of(1), verdict_of("c")};
  bad.stamp.crc ^= 1;
  CHECK_FALSE(store->record(bad));
  must(store->record({stamp_of(3), verdict_of("d")}));
  must(transaction->commit());
  CHECK(must(store->counts()).messages == 3);
  CHECK(must(store->recorded_mark(kSampleLog)) == 3);
}

TEST_CASE_METHOD(StoreFixture,
                 "a score that is no number does not keep a report from being recorded") {
  Verdict verdict = verdict_of("a");
  verdict.score = std::numeric_limits<double>::quiet_NaN();
  CHECK(record(1, verdict).report_is_new);
  CHECK(must(find_message(*store, 1))->verdict.score == 0);
}

TEST_CASE_METHOD(StoreFixture, "a transaction that is not committed leaves nothing") {
  {
    auto transaction = must(store->begin());
    must(store->record({stamp_of(1), verdict_of("a")}));
  }
  CHECK(must(store->counts()).messages == 0);
  CHECK(must(store->recorded_mark(kSampleLog)) == 0);
  CHECK(record(1, verdict_of("a")).report_is_new);
}

TEST_CASE_METHOD(StoreFixture,
                 "two reports of one message share a row: worst verdict, all recipients") {
  Verdict first = verdict_of("a", Disposition::clean);
  first.hits.clear();
  first.recipients = {{"Anna@corp.example", "to", "", ""}};
  Verdict second = verdict_of("a", Disposition::spam);
  second.recipients = {{"anna@CORP.example", "to", "", ""}, {"ben@corp.example", "bcc", "", ""}};
  const MessageRow one = record(1, first);
  const MessageRow two = record(2, second);
  CHECK(two.id == one.id);
  CHECK_FALSE(two.is_new);
  CHECK(two.report_is_new);
  CHECK(two.disposition == Disposition::spam);
  CHECK(two.rules.size() == 2);
  CHECK(two.recipients.size() == 2);
  const MessageRow three = record(3, first);
  CHECK(three.disposition == Disposition::spam);
  CHECK(must(store->counts()).messages == 1);
  CHECK(must(store->counts()).reports == 3);
}

TEST_CASE_METHOD(StoreFixture,
                 "a late report with other recipients joins, and the first time stays") {
  Verdict first = verdict_of("a");
  first.recipients = {{"anna@corp.example", "to", "", ""}};
  const MessageRow one = record(1, first);
  RecordedReport late{stamp_of(2), verdict_of("a")};
  late.verdict.recipients = {{"zoe@corp.example", "recipient", "", ""}};
  late.stamp.received_at = stamp_of(1).received_at + std::chrono::hours(72);
  const MessageRow two = must(store->record(late));
  CHECK(two.id == one.id);
  CHECK(two.recipients.size() == 2);
  CHECK(must(find_message(*store, one.id))->received_at == stamp_of(1).received_at);
  CHECK(must(find_message(*store, one.id))->reports.size() == 2);
}

TEST_CASE("every mailbox that forwarded is kept, whichever report comes first") {
  const std::vector<Recipient> lines = {
      {"board@corp.example", "to", "", "chair@corp.example"},
      {"board@corp.example", "cc", "", "chief@corp.example"},
      {"Board@corp.example", "bcc", "", ""},
      {"chair@corp.example", "recipient", "", "aide@corp.example"}};
  std::vector<std::size_t> order = {0, 1, 2, 3};
  do {
    StoreFixture fixture;
    MessageRow row;
    for (std::size_t i = 0; i < order.size(); ++i) {
      Verdict verdict = verdict_of("a");
      verdict.recipients = {lines[order[i]]};
      row = fixture.record(i + 1, verdict);
    }
    std::set<std::string> addresses;
    for (const Recipient& recipient : row.recipients) {
      addresses.insert(recipient.address);
      if (!recipient.forwarded_from.empty()) addresses.insert(recipient.forwarded_from);
    }
    CHECK(addresses.contains("chair@corp.example"));
    CHECK(addresses.contains("chief@corp.example"));
    CHECK(addresses.contains("aide@corp.example"));
    CHECK(row.recipients.size() == 3);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE_METHOD(StoreFixture, "ten thousand recipients are ten thousand rows") {
  Verdict verdict = verdict_of("a");
  verdict.recipients.clear();
  for (int i = 0; i < 10'000; ++i)
    verdict.recipients.push_back(
        {"user" + std::to_string(i) + "@corp.example", "recipient", "", ""});
  CHECK(record(1, verdict).recipients.size() == 10'000);
  CHECK(record(2, verdict).recipients.size() == 10'000);
  CHECK(must(find_message(*store, 1))->verdict.recipients.size() == 10'000);
}

TEST_CASE_METHOD(StoreFixture, "an equal Message-ID with another digest is another message") {
  Verdict forged = verdict_of("a");
  forged.digest = "something else";
  CHECK(record(1, verdict_of("a")).id != record(2, forged).id);
}

TEST_CASE_METHOD(StoreFixture, "without Message-ID the digest alone names a message") {
  Verdict nameless = verdict_of("a");
  nameless.message_id.clear();
  CHECK(record(1, nameless).id == record(2, nameless).id);
}

TEST_CASE_METHOD(StoreFixture, "two tenants never share a message") {
  RecordedReport other{stamp_of(2), verdict_of("a")};
  other.stamp.tenant = "another";
  CHECK(record(1, verdict_of("a")).id != record(other).id);
}

TEST_CASE_METHOD(StoreFixture, "reports of which nothing is known are never merged") {
  Verdict nothing;
  nothing.errors = {"the worker died"};
  CHECK(record(1, nothing).id != record(2, nothing).id);
  CHECK(must(store->counts()).messages == 2);
}

TEST_CASE_METHOD(StoreFixture, "a forged report never touches the real one's message") {
  Verdict forged = verdict_of("a", Disposition::forged_report);
  forged.recipients.push_back({"victim@corp.example", "to", "", ""});
  const MessageRow real = record(1, verdict_of("a", Disposition::clean));
  CHECK(record(2, forged).id != real.id);
  CHECK(must(find_message(*store, real.id))->verdict.recipients.size() == 2);
}

TEST_CASE_METHOD(StoreFixture,
                 "a higher revision replaces the verdict, a lower one that comes late does not") {
  record(1, verdict_of("a", Disposition::clean));
  CHECK(record(1, verdict_of("a", Disposition::malicious), 2).disposition ==
        Disposition::malicious);
  CHECK(record(1, verdict_of("a", Disposition::clean), 3).disposition == Disposition::clean);
  const MessageRow late = record(1, verdict_of("a", Disposition::malicious), 1);
  CHECK(late.report_is_new);
  CHECK(late.disposition == Disposition::clean);
  CHECK(must(store->counts()).reports == 1);
}

TEST_CASE_METHOD(StoreFixture, "a rescan that names an unscanned message keeps its row") {
  const MessageRow unscanned = record(1, Verdict{});
  add_step(unscanned.id, "anna@corp.example");
  const MessageRow judged = record(1, verdict_of("a"), 1);
  CHECK(must(store->counts()).messages == 1);
  CHECK(judged.disposition == Disposition::malicious);
  CHECK(must(store->steps_of(judged.id)).size() == 1);
}

TEST_CASE_METHOD(StoreFixture,
                 "the mark stands below the first gap and passes it when it is filled") {
  const auto mark = [&] { return must(store->recorded_mark(kSampleLog)); };
  CHECK(mark() == 0);
  record(2, verdict_of("b"));
  CHECK(mark() == 0);
  record(1, verdict_of("a"));
  CHECK(mark() == 2);
  record(5, verdict_of("e"));
  record(4, verdict_of("d"));
  CHECK(mark() == 2);
  record(3, verdict_of("c"));
  CHECK(mark() == 5);
  CHECK(must(store->recorded_mark("another log")) == 0);
}

TEST_CASE_METHOD(StoreFixture, "ids grow and are never used again") {
  record(1, verdict_of("a"));
  record(2, verdict_of("b"));
  CHECK(must(store->forget_before(at_second(100), at_second(100), 10)) == 2);
  CHECK(record(3, verdict_of("c")).id == 3);
}

TEST_CASE_METHOD(StoreFixture, "a message restored by hand remembers the rules that stood then") {
  const MessageRow row = record(1, verdict_of("a"));
  must(store->mark_restored(row.id, true));
  Verdict more = verdict_of("a");
  more.hits.push_back({"LATER_RULE", 9, Disposition::malicious, "", {}});
  const MessageRow later = record(1, more, 1);
  CHECK(later.restored_by_hand);
  CHECK(later.restored_rules == std::vector<std::string>{"CREDENTIAL_PHRASE", "LINK_MISMATCH"});
  CHECK(later.rules.size() == 3);
  CHECK(store->mark_restored(99, false).error().kind == Error::Kind::not_found);
}

// What the database says of each message, whatever ids they have.
std::vector<std::string> summary_of(Store& store) {
  std::vector<std::string> lines;
  SearchQuery everything;
  everything.include_all = true;
  everything.limit = 0;
  must(search(store, everything, [&](const FoundMessage& line) {
    FoundMessage message = *must(find_message(store, line.id));
    message.id = 0;
    std::sort(message.verdict.recipients.begin(), message.verdict.recipients.end(),
              [](const Recipient& a, const Recipient& b) { return a.address < b.address; });
    std::sort(message.copies.begin(), message.copies.end(),
              [](const FoundCopy& a, const FoundCopy& b) { return a.mailbox < b.mailbox; });
    lines.push_back(show_json(message));
    return true;
  }));
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<RecordedReport> many_reports() {
  std::vector<RecordedReport> reports;
  const std::vector<Disposition> dispositions = {Disposition::clean, Disposition::spam,
                                                 Disposition::malicious, Disposition::unscanned};
  for (std::uint64_t sequence = 1; sequence <= 24; ++sequence)
    for (std::uint32_t revision = 0; revision <= sequence % 3; ++revision) {
      RecordedReport report{stamp_of(sequence, revision), {}};
      // Some are known only after a rescan; several sequences are reports of one message.
      if (sequence % 5 != 0 || revision > 0)
        report.verdict = verdict_of(std::to_string((sequence + revision / 2) % 7),
                                    dispositions[(sequence * 5 + revision) % 4]);
      report.verdict.score = static_cast<double>(sequence % 4);
      report.verdict.recipients = {
          {"user" + std::to_string(sequence % 4) + "@corp.example", "to", "", ""},
          {sequence % 2 == 0 ? "BEN@corp.example" : "ben@corp.example",
           revision == 0 ? "recipient" : "to", "", ""}};
      reports.push_back(std::move(report));
    }
  return reports;
}

TEST_CASE("the same verdicts in any order, some twice, make the same database") {
  std::vector<RecordedReport> reports = many_reports();
  StoreFixture straight;
  for (const RecordedReport& report : reports) straight.record(report);
  const auto expected = summary_of(*straight.store);
  CHECK(expected.size() >= 7);
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::mt19937 order(seed);
    std::shuffle(reports.begin(), reports.end(), order);
    StoreFixture shuffled;
    auto transaction = must(shuffled.store->begin());
    for (std::size_t i = 0; i < reports.size(); ++i) {
      must(shuffled.store->record(reports[i]));
      must(shuffled.store->record(reports[i / 2]));
    }
    must(transaction->commit());
    const auto summary = summary_of(*shuffled.store);
    REQUIRE(summary.size() == expected.size());
    for (std::size_t i = 0; i < summary.size(); ++i) CHECK(summary[i] == expected[i]);
    CHECK(must(shuffled.store->recorded_mark(kSampleLog)) == 24);
  }
}

TEST_CASE("a reduced mail is kept apart from its verdict, found by the message, and goes with it") {
  StoreFixture fixture;
  Verdict verdict = verdict_of("a");
  verdict.reduced_mail = "QUJD";
  const MessageRow row = fixture.record(1, verdict);
  const MessageRow other = fixture.record(2, verdict_of("b"));
  const auto kept = must(fixture.store->reduced_mail(row.id));
  REQUIRE(kept);
  CHECK(kept->packed == "QUJD");
  CHECK(kept->id == row.id);
  CHECK(kept->tenant == "corp");
  CHECK(kept->rule_set == "a1b2");
  CHECK(kept->message_id == "<a@shop.example>");
  CHECK_FALSE(must(fixture.store->reduced_mail(other.id)));
  CHECK(must(fixture.store->find_message(row.id))->verdict.reduced_mail.empty());
  must(fixture.store->mark_restored(row.id, true));
  CHECK(must(fixture.store->false_positives()) == std::vector<MessageRowId>{row.id});
  must(fixture.store->forget_before(at_second(1'000'000), at_second(1'000'000), 10));
  CHECK_FALSE(must(fixture.store->reduced_mail(row.id)));
}

}  // namespace
}  // namespace secondlook
