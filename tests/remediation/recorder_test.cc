#include "remediation/recorder.h"

#include <catch2/catch.hpp>

#include "remediation/recorded_mark.h"
#include "schema/store/search.h"
#include "tests/remediation/scene.h"

namespace secondlook {
namespace {

FoundMessage message(Scene& scene, MessageRowId id) {
  auto found = value_of(scene.store.with([&](Store& store) { return find_message(store, id); }));
  REQUIRE(found.has_value());
  return *found;
}

}  // namespace

TEST_CASE("the same verdict again changes nothing, and is acknowledged again") {
  Scene scene;
  const Delivery delivery =
      scene.delivery(1, scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  for (int i = 0; i < 3; ++i) {
    const auto recorded = value_of(scene.recorder.record({delivery, delivery}));
    CHECK(recorded.sequences == std::vector<std::uint64_t>{1, 1});
    CHECK(recorded.has_steps == (i == 0));
  }
  CHECK(scene.steps().size() == 1);
}

TEST_CASE("a resent report adds steps for its new recipients only") {
  Scene scene;
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example", "bob@acme.example"}));
  const auto steps = scene.steps();
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].mailbox == "ann@acme.example");
  CHECK(steps[1].mailbox == "bob@acme.example");
  CHECK(steps[1].message == steps[0].message);
}

TEST_CASE("forks with disjoint recipients are one message, and each mailbox gets one step") {
  Scene scene;
  scene.record(scene.verdict(Disposition::clean, {"ann@acme.example"}));
  CHECK(scene.steps().empty());
  scene.record(scene.verdict(Disposition::malicious, {"bob@acme.example"}));
  scene.record(scene.verdict(Disposition::malicious, {"bob@acme.example"}));
  const auto steps = scene.steps();
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].message == steps[1].message);
  CHECK(steps[0].mailbox != steps[1].mailbox);
  CHECK(message(scene, 1).verdict.disposition == Disposition::malicious);
}

TEST_CASE("a report days later acts for its new recipients alone") {
  Scene scene;
  scene.mailbox.add_user("ann@acme.example");
  scene.mailbox.add_user("bob@acme.example");
  scene.mailbox.deliver("ann@acme.example", scene.copy());
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.go_on();
  scene.clock.advance(std::chrono::hours(72));
  scene.go_on();  // the verification
  const auto calls = scene.mailbox.calls().size();
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  CHECK(scene.steps().size() == 1);
  scene.go_on();
  CHECK(scene.mailbox.calls().size() == calls);
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example", "bob@acme.example"}));
  CHECK(scene.steps().size() == 2);
}

TEST_CASE("who is excluded stays so where only a policy for some mailboxes acts") {
  Scene scene;
  scene.settings().policy.spam = Action::none;
  PolicyFor some;
  some.domains = {"acme.example"};
  some.policy = scene.settings().policy;
  some.policy.spam = Action::junk;
  scene.settings().policy_for = {some};
  value_of(scene.store.in_transaction([](Store& store) -> Result<bool> {
    const auto done = store.directory().replace_overrides(
        "acme", {{"bob@acme.example", OverrideSetting::exclude, ""}});
    return done ? Result<bool>(true) : Result<bool>(done.error());
  }));
  scene.record(scene.verdict(Disposition::spam, {"ann@acme.example", "bob@acme.example"}));
  for (const Step& step : scene.steps())
    CHECK(step.state ==
          (step.mailbox == "bob@acme.example" ? StepState::excluded : StepState::planned));
  CHECK(scene.steps().size() == 2);
}

TEST_CASE("an equal Message-ID with another body is never merged, nor acted on for it") {
  Scene scene;
  scene.record(scene.verdict(Disposition::clean, {"ann@acme.example"}));
  Verdict other = scene.verdict(Disposition::malicious, {"bob@acme.example"});
  other.digest = "of another body";
  scene.record(other);
  const auto steps = scene.steps();
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].mailbox == "bob@acme.example");
  CHECK(message(scene, 1).verdict.disposition == Disposition::clean);
}

TEST_CASE("a report with the clear copy and one without it are one message, judged by the worse") {
  Scene scene;
  Verdict sealed = scene.verdict(Disposition::clean, {"ann@acme.example"});
  sealed.hits.clear();
  sealed.attributes = {"encrypted_message"};
  scene.record(sealed);
  Verdict clear = scene.verdict(Disposition::malicious, {"ann@acme.example"});
  clear.attributes = {"decrypted_copy", "encrypted_message"};
  scene.record(clear);
  REQUIRE(scene.steps().size() == 1);
  CHECK(message(scene, 1).reports.size() == 2);
  CHECK(message(scene, 1).verdict.attributes == clear.attributes);
}

TEST_CASE("each of two thousand recipients gets a step, and so does each that forwarded") {
  Scene scene;
  scene.settings().policy.brake = {1'000'000, 1'000'000, 1'000'000};
  Verdict verdict = scene.verdict(Disposition::malicious, {});
  for (int i = 0; i < 2'000; ++i)
    verdict.recipients.push_back({"user" + std::to_string(i) + "@acme.example", "recipient", "",
                                  i == 1'999 ? "left@acme.example" : ""});
  scene.record(verdict);
  CHECK(scene.steps().size() == 2'001);
}

TEST_CASE("a verdict that cannot be read is recorded unscanned, with the reason") {
  Scene scene;
  Delivery delivery = scene.delivery(1, Verdict());
  delivery.content = GENERATE("", "{", "[]", "{\"version\": 99}", "null");
  const auto recorded = value_of(scene.recorder.record({delivery}));
  CHECK(recorded.sequences == std::vector<std::uint64_t>{1});
  const FoundMessage found = message(scene, 1);
  CHECK(found.verdict.disposition == Disposition::unscanned);
  REQUIRE(found.verdict.errors.size() == 1);
  CHECK(found.verdict.errors[0].find("cannot be read") != std::string::npos);
  CHECK(scene.steps().empty());
}

TEST_CASE("two verdicts that cannot be read are two messages") {
  Scene scene;
  for (std::uint64_t sequence : {1, 2}) {
    Delivery delivery = scene.delivery(sequence, Verdict());
    delivery.content = "garbage";
    value_of(scene.recorder.record({delivery}));
  }
  CHECK(message(scene, 1).id != message(scene, 2).id);
}

TEST_CASE("a forged report is recorded, adds nothing to the genuine message, and acts on nothing") {
  Scene scene;
  scene.settings().report_senders = {"<>"};
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  Delivery forged = scene.delivery(
      2, scene.verdict(Disposition::malicious, {"bob@acme.example", "ann@acme.example"}));
  forged.stamp.mail_from = "mallory@mallory.example";
  value_of(scene.recorder.record({forged}));
  CHECK(scene.steps().size() == 1);
  CHECK(message(scene, 1).verdict.recipients.size() == 1);
  CHECK(message(scene, 2).verdict.disposition == Disposition::forged_report);
}

TEST_CASE("what the analyzer calls forged plans nothing, whatever else the verdict says") {
  Scene scene;
  Verdict verdict = scene.verdict(Disposition::malicious, {"ann@acme.example"});
  verdict.disposition = Disposition::forged_report;
  verdict.errors = {"neither X-OriginatorOrg nor X-LD-Processed stands in the report"};
  scene.record(verdict);
  CHECK(scene.steps().empty());
  CHECK(message(scene, 1).verdict.errors == verdict.errors);
}

TEST_CASE("a plain copy is recorded beside the reported message, and leads to no step") {
  Scene scene;
  scene.record(scene.verdict(Disposition::clean, {"ann@acme.example"}));
  Verdict copy = scene.verdict(Disposition::malicious, {"ann@acme.example", "bob@acme.example"});
  copy.attributes = {std::string(kPlainCopy)};
  scene.record(copy);
  CHECK(scene.steps().empty());
  CHECK(message(scene, 1).verdict.disposition == Disposition::clean);
  CHECK(message(scene, 1).verdict.recipients.size() == 1);
  CHECK(message(scene, 2).verdict.disposition == Disposition::malicious);
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  CHECK(scene.steps().size() == 1);
}

TEST_CASE("a connector's test mail comes from wherever it likes and is no forged report") {
  Scene scene;
  scene.settings().report_senders = {"<>"};
  Verdict verdict = scene.verdict(Disposition::not_a_report, {});
  Delivery delivery = scene.delivery(1, verdict);
  delivery.stamp.mail_from = "validation@contoso.example";
  value_of(scene.recorder.record({delivery}));
  CHECK(message(scene, 1).verdict.disposition == Disposition::not_a_report);
  CHECK(scene.steps().empty());
}

TEST_CASE("a record known with another checksum is refused, and nothing of its batch is written") {
  Scene scene;
  scene.record(scene.verdict(Disposition::clean, {"ann@acme.example"}));
  Delivery good = scene.delivery(2, scene.verdict(Disposition::malicious, {"bob@acme.example"}));
  Delivery bad = scene.delivery(1, scene.verdict(Disposition::clean, {"ann@acme.example"}));
  bad.stamp.crc ^= 1;
  const auto recorded = scene.recorder.record({good, bad});
  REQUIRE_FALSE(recorded.has_value());
  CHECK(recorded.error().kind == Error::Kind::forbidden);
  CHECK(scene.steps().empty());
}

TEST_CASE("a revision withdraws what still waits") {
  Scene scene;
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  Verdict clean = scene.verdict(Disposition::clean, {"ann@acme.example"});
  clean.hits.clear();
  Delivery revised = scene.delivery(1, clean);
  revised.stamp.revision = 1;
  value_of(scene.recorder.record({revised}));
  CHECK(scene.step(1).state == StepState::withdrawn);
}

TEST_CASE("a report of a tenant that is not configured is recorded without steps") {
  Scene scene;
  Delivery delivery =
      scene.delivery(1, scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  delivery.stamp.tenant = "gone";
  value_of(scene.recorder.record({delivery}));
  CHECK(message(scene, 1).verdict.disposition == Disposition::malicious);
  CHECK(scene.steps().empty());
}

TEST_CASE("what the worker says of recipients reaches no mailbox outside the tenant") {
  Scene scene;
  scene.mailbox.add_user("ceo@other.example");
  scene.record(scene.verdict(Disposition::malicious, {"ceo@other.example"}));
  scene.go_on();
  CHECK(scene.step(1).state == StepState::external);
  CHECK(scene.mailbox.calls().empty());
}

TEST_CASE("an attempt is remembered and acknowledged") {
  Scene scene;
  Delivery attempt = scene.delivery(5, Verdict());
  attempt.is_attempt = true;
  attempt.content = "the worker died by signal 11";
  const auto recorded = value_of(scene.recorder.record({attempt}));
  CHECK(recorded.sequences == std::vector<std::uint64_t>{5});
  const auto welcome = value_of(scene.store.with([](Store& store) {
    return store.welcome({kTestLog, 9, 0});
  }));
  REQUIRE(welcome.attempts.size() == 1);
  CHECK(welcome.attempts[0].sequence == 5);
}

TEST_CASE("a delivery is a stamp, a line end, and whatever the worker wrote") {
  Scene scene;
  const std::string stamp = to_json(scene.delivery(3, Verdict()).stamp);
  const auto delivery = value_of(parse_delivery(VerdictFrame::verdict, stamp + "\n{\n}"));
  CHECK(delivery.stamp.sequence == 3);
  CHECK(delivery.content == "{\n}");
  CHECK(value_of(parse_delivery(VerdictFrame::attempt, stamp)).content.empty());
  CHECK_FALSE(parse_delivery(VerdictFrame::verdict, "{}\nx").has_value());
  CHECK_FALSE(parse_delivery(VerdictFrame::verdict, "").has_value());
}

TEST_CASE("a mark that an older version left beside the database is taken over once") {
  const TemporaryDirectory directory;
  const std::string old_place = directory.write("recorded", "the old mark");
  const std::string place = directory.file("recorded_mark/recorded");
  REQUIRE(RecordedMark::prepare(place, old_place).has_value());
  CHECK(content_of(place) == "the old mark");
  CHECK_FALSE(std::filesystem::exists(old_place));
  directory.write("recorded_mark/recorded", "a newer mark");
  directory.write("recorded", "left by an older version that ran once more");
  REQUIRE(RecordedMark::prepare(place, old_place).has_value());
  CHECK(content_of(place) == "a newer mark");
  CHECK_FALSE(std::filesystem::exists(old_place));
}

TEST_CASE("the recorded mark is written at once, then at most five times a second") {
  const TemporaryDirectory directory;
  ManualClock clock;
  RecordedMark mark(directory.file("recorded"), clock);
  CHECK_FALSE(mark.due_in().has_value());
  mark.advance(kTestLog, 3);
  REQUIRE(mark.write_if_due().has_value());
  CHECK(content_of(directory.file("recorded")) ==
        std::string("{\"log\":\"") + kTestLog + "\",\"recorded\":3}\n");
  mark.advance(kTestLog, 4);
  REQUIRE(mark.write_if_due().has_value());
  CHECK(content_of(directory.file("recorded")).find(":3}") != std::string::npos);
  CHECK(mark.due_in() == std::chrono::milliseconds(200));
  clock.advance(std::chrono::milliseconds(200));
  REQUIRE(mark.write_if_due().has_value());
  CHECK(content_of(directory.file("recorded")).find(":4}") != std::string::npos);
}

}  // namespace secondlook
