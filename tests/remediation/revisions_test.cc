#include "remediation/revisions.h"

#include "tests/remediation/second_looks.h"

namespace secondlook {
namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_CASE("a revision that comes out unscanned leaves the verdict that stands") {
  SecondLooks looks;
  looks.record(looks.mail(Disposition::malicious, "one"));
  looks.change_rules("rules two");
  looks.done(looks.answer(looks.next().at(0), looks.mail(Disposition::unscanned, "one")));
  CHECK(looks.disposition(1) == Disposition::malicious);
  CHECK(looks.scene.steps().size() == 1);
  CHECK(looks.next().empty());
}

TEST_CASE("a revision to clean withdraws what waits, and leaves what was moved") {
  SecondLooks looks;
  looks.record(looks.mail(Disposition::malicious, "one"));
  REQUIRE(looks.scene.steps().size() == 1);
  looks.change_rules("rules two");
  looks.done(looks.answer(looks.next().at(0), looks.mail(Disposition::clean, "one")));
  CHECK(looks.scene.step(1).state == StepState::withdrawn);
  CHECK(looks.disposition(1) == Disposition::clean);
}

TEST_CASE("what could not be judged is tried twice, and its verdict stays") {
  SecondLooks looks;
  looks.record(looks.mail(Disposition::clean, "one"));
  looks.change_rules("rules two");
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto asked = looks.next();
    REQUIRE(asked.size() == 1);
    looks.done(looks.revisions.take_refusal({1, asked[0].revision, "worker ended by signal 11"}));
  }
  CHECK(looks.next().empty());
  CHECK(looks.disposition(1) == Disposition::clean);
}

TEST_CASE("a report that was forgotten while it was judged again does not come back") {
  SecondLooks looks;
  looks.record(looks.mail(Disposition::clean, "one"));
  looks.change_rules("rules two");
  const auto asked = looks.next().at(0);
  const auto forgotten = looks.scene.store.with([&](Store& store) {
    return store.forget_before(looks.scene.clock.now() + 1h, looks.scene.clock.now() + 1h, 10);
  });
  REQUIRE(value_of(forgotten) == 1);
  looks.done(looks.answer(asked, looks.mail(Disposition::malicious, "one")));
  CHECK(value_of(looks.scene.store.with([](Store& store) { return store.counts(); })).messages ==
        0);
  CHECK(looks.next().empty());
}

TEST_CASE("revisions and refusals that nobody asked for break the protocol") {
  SecondLooks looks;
  looks.record(looks.mail(Disposition::clean, "one"));
  CHECK_FALSE(looks.answer({1, 1, "rules", {}}, looks.mail(Disposition::malicious, "one")));
  CHECK(looks.disposition(1) == Disposition::clean);
  CHECK_FALSE(looks.revisions.take_refusal({1, 1, ""}));
  looks.change_rules("rules two");
  auto asked = looks.next().at(0);
  ++asked.revision;
  CHECK_FALSE(looks.answer(asked, looks.mail(Disposition::malicious, "one")));
}

TEST_CASE("a password in a later mail of the same sender has the closed attachment looked at") {
  SecondLooks looks;
  looks.record(looks.mail_with("file", kEncryptedAttachment));
  CHECK(looks.next().empty());
  looks.scene.clock.advance(3h);
  looks.record(looks.mail_with("password", kPasswordNotice));
  const auto asked = looks.next();
  REQUIRE(sequences(asked) == Sequences{1});
  CHECK(asked[0].companions == Sequences{2});
  CHECK(asked[0].cause == "a password in message 2");

  Verdict opened = looks.mail(Disposition::malicious, "file");
  opened.attributes = {std::string(kEncryptedAttachment), std::string(kPasswordInOtherMail)};
  looks.done(looks.answer(asked[0], opened));
  CHECK(looks.scene.steps().size() == 1);
  CHECK(looks.next().empty());
}

TEST_CASE("a rescan does not forget the password") {
  SecondLooks looks;
  looks.record(looks.mail_with("file", kEncryptedAttachment));
  looks.record(looks.mail_with("password", kPasswordNotice));
  for (const char* rules : {"rules two", "rules three"}) {
    for (const JudgeAgain& request : looks.next()) {
      const bool is_file = request.sequence == 1;
      CHECK(request.companions == (is_file ? Sequences{2} : Sequences{}));
      Verdict verdict = looks.mail(Disposition::clean, is_file ? "file" : "password");
      verdict.attributes = {std::string(is_file ? kPasswordInOtherMail : kPasswordNotice)};
      looks.done(looks.answer(request, verdict));
    }
    looks.change_rules(rules);
  }
  CHECK(looks.next().size() == 2);
}

TEST_CASE(
    "what could not be scanned is looked at again with the password, and not for its own sake") {
  SecondLooks looks;
  Verdict file = looks.mail(Disposition::unscanned, "file");
  file.attributes = {std::string(kEncryptedAttachment), "partly_scanned"};
  looks.record(file);
  Verdict killer = looks.mail(Disposition::unscanned, "killer");
  killer.rule_set.clear();
  looks.record(killer);
  CHECK(looks.next().empty());
  looks.record(looks.mail_with("password", kPasswordNotice));
  CHECK(sequences(looks.next()) == Sequences{1});
}

TEST_CASE("a password that came first is used for the attachment behind it") {
  SecondLooks looks;
  looks.record(looks.mail_with("password", kPasswordNotice));
  looks.record(looks.mail_with("other", kPasswordNotice));
  looks.record(looks.mail_with("file", kEncryptedAttachment));
  const auto asked = looks.next();
  REQUIRE(sequences(asked) == Sequences{3});
  CHECK(asked[0].companions == Sequences{2, 1});
}

TEST_CASE("a colleague's password counts, after the sender's own") {
  SecondLooks looks;
  Verdict colleague = looks.mail_with("colleague", kPasswordNotice);
  looks.record(looks.mail_with("own", kPasswordNotice));
  colleague.sender = "other@mallory.example";
  looks.record(colleague);
  looks.record(looks.mail_with("file", kEncryptedAttachment));
  CHECK(looks.next().at(0).companions == Sequences{1, 2});
}

TEST_CASE("passwords of strangers, for others, too old, or where none is missing ask for nothing") {
  SecondLooks looks;
  looks.record(looks.mail_with("file", kEncryptedAttachment));
  Verdict stranger = looks.mail_with("stranger", kPasswordNotice);
  stranger.from_domain = "elsewhere.example";
  stranger.sender = "mallory@elsewhere.example";
  looks.record(stranger);
  Verdict for_bob = looks.mail_with("bob", kPasswordNotice);
  for_bob.recipients = {{"bob@acme.example", "to", "", ""}};
  looks.record(for_bob);
  looks.scene.clock.advance(26h);
  looks.record(looks.mail_with("late", kPasswordNotice));
  Verdict open = looks.mail_with("open", kEncryptedAttachment);
  open.attributes.emplace_back(kPasswordInMail);
  looks.record(open);
  CHECK(looks.next().empty());
}

TEST_CASE("what users report from inside is counted once a person, and looked at again") {
  SecondLooks looks;
  looks.record(looks.mail(Disposition::clean, "phish"));
  Verdict report = looks.mail_with("report", kUserReport);
  report.sender = "Ann@acme.example";
  report.direction = "internal";
  report.reported = {"<phish@mallory.example>", "<never-seen@mallory.example>"};
  looks.record(report);
  const auto asked = looks.next();
  REQUIRE(sequences(asked) == Sequences{1});
  CHECK(asked[0].cause == "a user's report");
  looks.done(looks.answer(asked[0], looks.mail(Disposition::clean, "phish")));
  report.message_id = "<report-2@acme.example>";
  looks.record(report);
  CHECK(looks.next().empty());
  report.sender = "bob@acme.example";
  report.message_id = "<report-3@acme.example>";
  looks.record(report);
  CHECK(sequences(looks.next()) == Sequences{1});
  const auto found =
      value_of(looks.scene.store.with([](Store& store) { return find_message(store, 1); }));
  CHECK(found->reported_by == std::vector<std::string>{"ann@acme.example", "bob@acme.example"});
}

TEST_CASE("a stranger's word that a mail was reported counts for nothing") {
  SecondLooks looks;
  looks.record(looks.mail(Disposition::clean, "phish"));
  Verdict report = looks.mail_with("report", kUserReport);
  report.direction = "inbound";
  report.reported = {"<phish@mallory.example>"};
  looks.record(report);
  CHECK(looks.next().empty());
}

TEST_CASE("passwords go before a rescan") {
  SecondLooks looks;
  for (int i = 0; i < 40; ++i) looks.record(looks.mail(Disposition::clean, std::to_string(i)));
  looks.change_rules("rules two");
  CHECK(looks.next().size() == kMostJudgedAgain);
  const std::uint64_t file = looks.record(looks.mail_with("file", kEncryptedAttachment));
  looks.record(looks.mail_with("password", kPasswordNotice));
  looks.done(looks.revisions.take_refusal({1, 1, "for room"}));
  const auto asked = looks.next();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].sequence == file);
}

}  // namespace secondlook
