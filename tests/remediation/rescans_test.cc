#include <set>

#include "tests/remediation/second_looks.h"

namespace secondlook {
namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_CASE("new rules have what the old ones judged judged once more, and are acted on") {
  SecondLooks looks;
  looks.record(looks.mail(Disposition::clean, "one"));
  looks.record(looks.mail(Disposition::clean, "two"));
  CHECK(looks.next().empty());
  looks.change_rules("rules two");
  const auto asked = looks.next();
  REQUIRE(sequences(asked) == Sequences{1, 2});
  CHECK(asked[0].revision == 1);
  CHECK(asked[0].cause == "rules rules two");
  CHECK(looks.scene.steps().empty());

  const auto recorded = value_of(looks.answer(asked[0], looks.mail(Disposition::malicious, "one")));
  CHECK(recorded.sequences.empty());  // a revision is not acknowledged
  CHECK(recorded.has_steps);
  REQUIRE(looks.scene.steps().size() == 1);
  CHECK(looks.disposition(1) == Disposition::malicious);
  looks.done(looks.answer(asked[1], looks.mail(Disposition::clean, "two")));
  CHECK(looks.next().empty());
}

TEST_CASE("new signatures have the mails judged once more whose attachments others saw") {
  SecondLooks looks;
  const auto seen_by = [&](const std::string& id, const std::string& signatures) {
    Verdict verdict = looks.mail(Disposition::clean, id);
    verdict.signatures = signatures;
    return verdict;
  };
  looks.done(looks.revisions.signatures_changed("daily 1"));
  looks.record(seen_by("attached", "daily 1"));
  looks.record(seen_by("plain", ""));
  CHECK(looks.next().empty());
  looks.done(looks.revisions.signatures_changed("daily 2"));
  looks.record(seen_by("newer", "daily 2"));
  const auto asked = looks.next();
  REQUIRE(sequences(asked) == Sequences{1});
  CHECK(asked[0].cause == "signatures daily 2");
  looks.done(looks.answer(asked[0], seen_by("attached", "daily 2")));
  CHECK(looks.next().empty());
  looks.done(looks.revisions.begin(kTestLog, {looks.rules, "daily 2"}));
  CHECK(looks.next().empty());
}

TEST_CASE("what a retired worker judged by signatures of before is judged once more") {
  SecondLooks looks;
  looks.done(looks.revisions.signatures_changed("daily 2"));
  Verdict late = looks.mail(Disposition::clean, "late");
  late.signatures = "daily 1";
  looks.record(late);
  const auto asked = looks.next();
  REQUIRE(sequences(asked) == Sequences{1});
  CHECK(asked[0].cause == "signatures changed meanwhile");
}

TEST_CASE("without rescan_hours, and without a scanner, signatures ask for nothing") {
  SecondLooks never({0h, 24h});
  Verdict mail = never.mail(Disposition::clean, "one");
  mail.signatures = "daily 1";
  never.record(mail);
  never.done(never.revisions.signatures_changed("daily 2"));
  CHECK(never.next().empty());
  SecondLooks off;
  mail.signatures = "daily 1";
  off.record(mail);
  off.done(off.revisions.signatures_changed(""));
  CHECK(off.next().empty());
}

TEST_CASE("rules that were tried already ask for nothing, also after a restart") {
  SecondLooks looks;
  looks.record(looks.mail(Disposition::clean, "one"));
  looks.change_rules("rules two");
  looks.done(looks.answer(looks.next().at(0), looks.mail(Disposition::clean, "one")));
  looks.connect("rules two");
  CHECK(looks.next().empty());
  looks.record(looks.mail(Disposition::clean, "two"));
  CHECK(looks.next().empty());
}

TEST_CASE("what the connection's end left unanswered is asked again") {
  SecondLooks looks;
  looks.record(looks.mail(Disposition::clean, "one"));
  looks.change_rules("rules two");
  CHECK(looks.next().size() == 1);
  CHECK(looks.next().empty());
  looks.connect("rules two");
  CHECK(sequences(looks.next()) == Sequences{1});
}

TEST_CASE("mail older than rescan_hours is left as it was judged") {
  SecondLooks looks;
  looks.record(looks.mail(Disposition::clean, "old"));
  looks.scene.clock.advance(49h);
  looks.record(looks.mail(Disposition::clean, "young"));
  looks.change_rules("rules two");
  CHECK(sequences(looks.next()) == Sequences{2});
}

TEST_CASE("many mails are asked for few at a time, the newest first, and all of them") {
  SecondLooks looks;
  for (int i = 1; i <= 600; ++i) looks.record(looks.mail(Disposition::clean, std::to_string(i)));
  looks.change_rules("rules two");
  std::set<std::uint64_t> seen;
  std::uint64_t first_seen = 0;
  for (auto asked = looks.next(); !asked.empty(); asked = looks.next()) {
    CHECK(asked.size() <= kMostJudgedAgain);
    if (first_seen == 0) first_seen = asked.front().sequence;
    for (const JudgeAgain& request : asked) {
      seen.insert(request.sequence);
      looks.done(
          looks.answer(request, looks.mail(Disposition::clean, std::to_string(request.sequence))));
    }
  }
  CHECK(seen.size() == 600);
  CHECK(first_seen > 256);
}

TEST_CASE("a mail that the old rules judged while new ones came is judged once more") {
  SecondLooks looks;
  looks.change_rules("rules two");
  Verdict late = looks.mail(Disposition::clean, "late");
  late.rule_set = "rules one";
  looks.record(late);
  CHECK(sequences(looks.next()) == Sequences{1});
}

TEST_CASE("without rescan_hours new rules judge new mail only") {
  SecondLooks looks({0h, 0h});
  looks.record(looks.mail(Disposition::clean, "one"));
  looks.change_rules("rules two");
  CHECK(looks.next().empty());
}

TEST_CASE("new host lists have mails with links judged once more, whatever they were judged by") {
  SecondLooks looks;
  const auto linking = [&](const std::string& id) {
    Verdict verdict = looks.mail(Disposition::clean, id);
    verdict.links = {{"https://evil.example/", "evil.example", ""}};
    return verdict;
  };
  looks.record(linking("links"));
  looks.record(looks.mail(Disposition::clean, "plain"));
  CHECK(looks.next().empty());
  looks.done(looks.revisions.host_lists_changed("first"));
  const auto asked = looks.next();
  REQUIRE(sequences(asked) == Sequences{1});
  CHECK(asked[0].cause == "host lists first");
  looks.done(looks.answer(asked[0], linking("links")));
  CHECK(looks.next().empty());
  SECTION("the same lists are no news, also to another process") {
    looks.done(looks.revisions.host_lists_changed("first"));
    looks.done(looks.revisions.begin(kTestLog, {looks.rules, "", "first"}));
    CHECK(looks.next().empty());
  }
  SECTION("others are") {
    looks.done(looks.revisions.begin(kTestLog, {looks.rules, "", "second"}));
    CHECK(sequences(looks.next()) == Sequences{1});
  }
  SECTION("no lists at all are not") {
    looks.done(looks.revisions.host_lists_changed(""));
    CHECK(looks.next().empty());
  }
}

TEST_CASE(
    "a mail that came before new host lists and was recorded behind them is judged once more") {
  SecondLooks looks;
  Verdict late = looks.mail(Disposition::clean, "late");
  late.links = {{"https://evil.example/", "evil.example", ""}};
  const Delivery delivery = looks.scene.delivery(1, late);
  looks.scene.clock.advance(1h);
  looks.done(looks.revisions.host_lists_changed("first"));
  looks.done(looks.recorder.record({delivery}));
  const auto asked = looks.next();
  REQUIRE(sequences(asked) == Sequences{1});
  CHECK(asked[0].cause == "host lists changed meanwhile");
}

TEST_CASE("without rescan_hours host lists ask for nothing") {
  SecondLooks looks({0h, 24h});
  Verdict mail = looks.mail(Disposition::clean, "one");
  mail.links = {{"https://evil.example/", "evil.example", ""}};
  looks.record(mail);
  looks.done(looks.revisions.host_lists_changed("first"));
  CHECK(looks.next().empty());
}

}  // namespace secondlook
