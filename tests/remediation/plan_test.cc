#include "remediation/plan.h"

#include <catch2/catch.hpp>

#include "remediation/existing_steps.h"

namespace secondlook {
namespace {

constexpr Timestamp kNow = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};

TenantSettings acme(bool enforce = true) {
  TenantSettings tenant;
  tenant.name = "acme";
  tenant.domains = {"acme.example"};
  tenant.policy.enforce = enforce;
  tenant.policy.protected_mailboxes = {"soc@acme.example"};
  return tenant;
}

MessageRow message(Disposition disposition, const std::vector<std::string>& addresses) {
  MessageRow row;
  row.id = 7;
  row.disposition = disposition;
  row.rules = {"PHISH_LINK"};
  for (const std::string& address : addresses) row.recipients.push_back({address, "to", "", ""});
  return row;
}

Step earlier(const std::string& mailbox, Action action, StepState state) {
  Step step;
  step.id = 1;
  step.message = 7;
  step.mailbox = mailbox;
  step.action = action;
  step.cause = kAutomaticCause;
  step.state = state;
  return step;
}

Step earlier_restore() {
  Step step = earlier("ann@acme.example", Action::recoverable, StepState::restored);
  step.id = 2;
  step.restores = true;
  step.undoes = 1;
  step.cause = "restore 1";
  return step;
}

}  // namespace

TEST_CASE("each disposition has the action of the policy") {
  const PolicySettings policy;
  CHECK(automatic_action(policy, Disposition::malicious) == Action::recoverable);
  CHECK(automatic_action(policy, Disposition::suspicious) == Action::junk);
  for (const Disposition none :
       {Disposition::spoof, Disposition::spam, Disposition::bulk, Disposition::clean,
        Disposition::unscanned, Disposition::not_a_report, Disposition::forged_report})
    CHECK(automatic_action(policy, none) == Action::none);
}

TEST_CASE("nothing purges without a person asking for it") {
  PolicySettings policy;
  policy.malicious = Action::purge;
  CHECK(automatic_action(policy, Disposition::malicious) == Action::recoverable);
}

TEST_CASE("a recipient gets the step that its mailbox and the mode allow") {
  struct Row {
    const char* address;
    bool enforce;
    StepState state;
  };
  const auto [address, enforce, state] =
      GENERATE(Row{"ann@acme.example", true, StepState::planned},
               Row{"ANN@Acme.Example", true, StepState::planned},
               Row{"ann@acme.example", false, StepState::would_remove},
               Row{"eve@elsewhere.example", true, StepState::external},
               Row{"eve@sub.acme.example", true, StepState::external},
               Row{"eve@elsewhere.example", false, StepState::external},
               Row{"no-address", true, StepState::external},
               Row{"soc@acme.example", true, StepState::protected_mailbox},
               Row{"SOC@acme.example", false, StepState::protected_mailbox});
  const Plan plan =
      plan_automatic(message(Disposition::malicious, {address}), acme(enforce), {}, kNow);
  REQUIRE(plan.added.size() == 1);
  CHECK(plan.added[0].state == state);
  CHECK(plan.added[0].action == Action::recoverable);
  CHECK(plan.added[0].finished_at.has_value() == is_final(state));
  CHECK(plan.added[0].next_try_at.has_value() == !is_final(state));
}

TEST_CASE("the first policy_for that names a mailbox decides its mode and its actions") {
  TenantSettings tenant = acme(false);
  PolicyFor pilot{{}, {"ann@acme.example"}, {}, tenant.policy};
  pilot.policy.enforce = true;
  PolicyFor rest{{"acme.example"}, {}, {}, tenant.policy};
  rest.policy.malicious = Action::none;
  tenant.policy_for = {pilot, rest};
  const Plan plan = plan_automatic(
      message(Disposition::malicious, {"Ann@acme.example", "bob@acme.example"}), tenant, {}, kNow);
  REQUIRE(plan.added.size() == 1);
  CHECK(plan.added[0].mailbox == "ann@acme.example");
  CHECK(plan.added[0].state == StepState::planned);
}

TEST_CASE(
    "a policy_for holds for the members of a group it names, and for any address of a mailbox") {
  TenantSettings tenant = acme();
  PolicyFor watched{{}, {}, {"board@acme.example"}, tenant.policy};
  watched.policy.enforce = false;
  PolicyFor milder{{}, {"bob.alias@acme.example"}, {}, tenant.policy};
  milder.policy.malicious = Action::junk;
  tenant.policy_for = {watched, milder};
  DirectoryView directory;
  const auto place = [&](const std::string& mailbox, std::vector<std::string> addresses,
                         std::vector<std::string> groups) {
    RecipientPlace known;
    known.kind = RecipientPlace::Kind::mailbox;
    known.mailbox = mailbox;
    known.addresses = std::move(addresses);
    known.groups = std::move(groups);
    directory.add(mailbox, std::move(known));
  };
  place("ann@acme.example", {"ann@acme.example"}, {"g1", "board@acme.example"});
  place("bob@acme.example", {"bob@acme.example", "bob.alias@acme.example"}, {"g2"});
  const MessageRow mail =
      message(Disposition::malicious, {"ann@acme.example", "bob@acme.example", "eve@acme.example"});
  const Plan plan = plan_automatic(mail, tenant, {}, kNow, directory);
  REQUIRE(plan.added.size() == 3);
  CHECK(plan.added[0].state == StepState::would_remove);
  CHECK(plan.added[1].state == StepState::planned);
  CHECK(plan.added[1].action == Action::junk);
  CHECK(plan.added[2].state == StepState::planned);
  CHECK(plan.added[2].action == Action::recoverable);
  // What waits is held against the same policy, so that nothing of it is withdrawn.
  Step waiting = earlier("bob@acme.example", Action::junk, StepState::planned);
  CHECK(plan_automatic(mail, tenant, {waiting}, kNow, directory).withdrawn.empty());
}

TEST_CASE("a step that waits is withdrawn by the policy of its own mailbox") {
  TenantSettings tenant = acme();
  PolicyFor left{{}, {"ann@acme.example"}, {}, tenant.policy};
  left.policy.malicious = Action::none;
  tenant.policy_for = {left};
  Step bob = earlier("bob@acme.example", Action::recoverable, StepState::planned);
  bob.id = 2;
  const Plan plan = plan_automatic(
      message(Disposition::malicious, {"ann@acme.example", "bob@acme.example"}), tenant,
      {earlier("ann@acme.example", Action::recoverable, StepState::planned), bob}, kNow);
  CHECK(plan.added.empty());
  REQUIRE(plan.withdrawn.size() == 1);
  CHECK(plan.withdrawn[0].mailbox == "ann@acme.example");
}

TEST_CASE("an internal sender's Sent Items copy is treated where the policy asks for it") {
  MessageRow row = message(Disposition::malicious, {"ann@acme.example"});
  row.sender = "carol@acme.example";
  row.direction = "internal";
  TenantSettings tenant = acme();
  CHECK(plan_automatic(row, tenant, {}, kNow).added.size() == 1);
  tenant.policy.sent_items = true;
  const Plan plan = plan_automatic(row, tenant, {}, kNow);
  REQUIRE(plan.added.size() == 2);
  CHECK(plan.added[1].mailbox == "carol@acme.example");
  SECTION("not for a mail that only claims to be from inside") {
    row.direction = "inbound";
    CHECK(plan_automatic(row, tenant, {}, kNow).added.size() == 1);
  }
  SECTION("not twice for somebody who wrote to herself") {
    row.recipients.push_back({"carol@acme.example", "to", "", ""});
    CHECK(plan_automatic(row, tenant, {}, kNow).added.size() == 2);
  }
  SECTION("not for a sender elsewhere") {
    row.sender = "carol@elsewhere.example";
    CHECK(plan_automatic(row, tenant, {}, kNow).added.size() == 1);
  }
}

TEST_CASE("a user's report is left alone where it comes from inside, and nowhere else") {
  TenantSettings tenant = acme();
  tenant.report_mailboxes = {"abuse@acme.example"};
  MessageRow row = message(Disposition::malicious, {"Abuse@acme.example", "desk@vendor.example"});
  row.recipients.push_back({"ann@acme.example", "to", "abuse@acme.example", ""});
  row.attributes = {"user_report"};
  row.direction = "internal";
  CHECK(plan_automatic(row, tenant, {}, kNow).added.empty());
  row.direction = "inbound";
  CHECK_FALSE(plan_automatic(row, tenant, {}, kNow).added.empty());
}

TEST_CASE("a copy to the report mailbox shields no mail to others") {
  TenantSettings tenant = acme();
  tenant.report_mailboxes = {"abuse@acme.example"};
  MessageRow row = message(Disposition::malicious, {"abuse@acme.example", "bob@acme.example"});
  row.attributes = {"user_report"};
  row.direction = "internal";
  const Plan plan = plan_automatic(row, tenant, {}, kNow);
  CHECK(std::ranges::any_of(plan.added, [](const Step& step) {
    return step.mailbox == "bob@acme.example" && step.state == StepState::planned;
  }));
}

TEST_CASE("a mail of a phishing exercise is left alone, and what waited is withdrawn") {
  MessageRow row = message(Disposition::malicious, {"ann@acme.example", "bob@acme.example"});
  row.attributes = {"phishing_simulation"};
  const Plan plan = plan_automatic(
      row, acme(), {earlier("ann@acme.example", Action::recoverable, StepState::planned)}, kNow);
  CHECK(plan.added.empty());
  REQUIRE(plan.withdrawn.size() == 1);
  CHECK(plan.withdrawn[0].detail == "a mail of a phishing exercise");
}

TEST_CASE("an address written twice, and the one that forwarded, each get one step") {
  MessageRow row = message(Disposition::malicious, {"ann@acme.example", "Ann@ACME.example"});
  row.recipients.push_back({"bob@acme.example", "to", "", "Carol@acme.example"});
  const Plan plan = plan_automatic(row, acme(), {}, kNow);
  REQUIRE(plan.added.size() == 3);
  CHECK(plan.added[1].mailbox == "bob@acme.example");
  CHECK(plan.added[2].mailbox == "carol@acme.example");
}

TEST_CASE("what was planned before decides what a later report or revision adds and withdraws") {
  struct Row {
    const char* what;
    Disposition disposition;
    Action action;
    StepState state;
    std::size_t added, withdrawn;
  };
  using enum StepState;
  const auto row = GENERATE(
      Row{"the same again", Disposition::malicious, Action::recoverable, planned, 0, 0},
      Row{"removed already", Disposition::malicious, Action::recoverable, removed, 0, 0},
      Row{"not found before", Disposition::malicious, Action::recoverable, not_found, 0, 0},
      Row{"held", Disposition::malicious, Action::recoverable, held_by_brake, 0, 0},
      Row{"stronger, waiting", Disposition::malicious, Action::junk, planned, 1, 1},
      Row{"stronger, moved", Disposition::malicious, Action::junk, removed, 1, 0},
      Row{"weaker, waiting", Disposition::suspicious, Action::recoverable, planned, 1, 1},
      Row{"weaker, moved", Disposition::suspicious, Action::recoverable, removed, 0, 0},
      Row{"clean, waiting", Disposition::clean, Action::recoverable, planned, 0, 1},
      Row{"clean, held", Disposition::clean, Action::recoverable, held_by_brake, 0, 1},
      Row{"clean, begun", Disposition::clean, Action::recoverable, begun, 0, 0},
      Row{"clean, moved", Disposition::clean, Action::recoverable, removed, 0, 0},
      Row{"withdrawn before", Disposition::malicious, Action::recoverable, withdrawn, 1, 0});
  INFO(row.what);
  const Plan plan = plan_automatic(message(row.disposition, {"ann@acme.example"}), acme(),
                                   {earlier("ann@acme.example", row.action, row.state)}, kNow);
  CHECK(plan.added.size() == row.added);
  CHECK(plan.withdrawn.size() == row.withdrawn);
  for (const Step& step : plan.withdrawn) CHECK(step.state == StepState::withdrawn);
}

TEST_CASE("a later report of the same message adds steps for new recipients only") {
  const Plan plan = plan_automatic(
      message(Disposition::malicious, {"ann@acme.example", "bob@acme.example"}), acme(),
      {earlier("ann@acme.example", Action::recoverable, StepState::removed)}, kNow);
  REQUIRE(plan.added.size() == 1);
  CHECK(plan.added[0].mailbox == "bob@acme.example");
}

TEST_CASE("a message restored by hand is removed again only when a new rule speaks") {
  MessageRow row = message(Disposition::malicious, {"ann@acme.example"});
  row.restored_by_hand = true;
  row.restored_rules = {"PHISH_LINK"};
  const std::vector<Step> existing = {
      earlier("ann@acme.example", Action::recoverable, StepState::removed), earlier_restore()};
  CHECK(plan_automatic(row, acme(), existing, kNow).added.empty());
  row.rules.push_back("MALWARE_FOUND");
  CHECK(plan_automatic(row, acme(), existing, kNow).added.size() == 1);
}

TEST_CASE("restoring by hand withdraws what was still waiting") {
  MessageRow row = message(Disposition::malicious, {"ann@acme.example"});
  row.restored_by_hand = true;
  row.restored_rules = {"PHISH_LINK"};
  const Plan plan = plan_automatic(
      row, acme(), {earlier("ann@acme.example", Action::recoverable, StepState::planned)}, kNow);
  CHECK(plan.added.empty());
  CHECK(plan.withdrawn.size() == 1);
}

TEST_CASE("retract by hand acts in observe mode, and on a protected mailbox only by name") {
  const std::vector<Recipient> recipients = {{"ann@acme.example", "to", "", ""},
                                             {"soc@acme.example", "cc", "", ""},
                                             {"eve@elsewhere.example", "cc", "", ""}};
  HandWork work{Action::purge, "retract 12", {}};
  const Plan all = plan_retract(7, recipients, acme(false), {}, work, kNow);
  REQUIRE(all.added.size() == 3);
  CHECK(all.added[0].state == StepState::planned);
  CHECK(all.added[0].action == Action::purge);
  CHECK(all.added[0].cause == "retract 12");
  CHECK(all.added[1].state == StepState::protected_mailbox);
  CHECK(all.added[2].state == StepState::external);
  work.mailboxes = {"soc@acme.example"};
  const Plan named = plan_retract(7, recipients, acme(false), {}, work, kNow);
  REQUIRE(named.added.size() == 1);
  CHECK(named.added[0].state == StepState::planned);
}

TEST_CASE("retract leaves a copy alone that is out as far, unless it was restored since") {
  const std::vector<Recipient> recipients = {{"ann@acme.example", "to", "", ""}};
  std::vector<Step> existing = {
      earlier("ann@acme.example", Action::recoverable, StepState::removed)};
  const HandWork junk{Action::junk, "retract 2", {}};
  const HandWork purge{Action::purge, "retract 3", {}};
  CHECK(plan_retract(7, recipients, acme(), existing, junk, kNow).added.empty());
  CHECK(plan_retract(7, recipients, acme(), existing, purge, kNow).added.size() == 1);
  existing.push_back(earlier_restore());
  CHECK(plan_retract(7, recipients, acme(), existing, junk, kNow).added.size() == 1);
}

TEST_CASE("restore undoes each removed copy once and withdraws what waits") {
  Step removed = earlier("ann@acme.example", Action::recoverable, StepState::removed);
  removed.before = PreImage{"inbox", "Inbox", true, {"Payroll"}, "flagged", "high"};
  Step waiting = earlier("bob@acme.example", Action::recoverable, StepState::planned);
  waiting.id = 5;
  const HandWork work{Action::none, "restore 4", {}};
  const Plan plan = plan_restore({removed, waiting}, work, kNow);
  REQUIRE(plan.added.size() == 1);
  CHECK(plan.added[0].restores);
  CHECK(plan.added[0].undoes == 1);
  CHECK(plan.added[0].before->categories == std::vector<std::string>{"Payroll"});
  REQUIRE(plan.withdrawn.size() == 1);
  CHECK(plan.withdrawn[0].mailbox == "bob@acme.example");
  CHECK(plan_restore({removed, earlier_restore()}, work, kNow).added.empty());
}

TEST_CASE("a copy that was moved twice returns to where it first was") {
  Step first = earlier("ann@acme.example", Action::junk, StepState::removed);
  first.before = PreImage{"inbox", "Inbox", false, {}, "", ""};
  first.copy_id = "c1";
  first.destination_copy_id = "c1";
  Step second = first;
  second.id = 2;
  second.action = Action::recoverable;
  second.before = PreImage{"junk", "Junk Email", false, {}, "", ""};
  const Plan plan = plan_restore({first, second}, {Action::none, "restore 4", {}}, kNow);
  REQUIRE(plan.added.size() == 1);
  CHECK(plan.added[0].undoes == 2);
  CHECK(plan.added[0].before->folder_id == "inbox");
}

TEST_CASE(
    "a step that the brake held acts after later ones, and restore follows the order of events") {
  using std::chrono::minutes;
  Step held = earlier("ann@acme.example", Action::recoverable, StepState::removed);
  held.copy_id = held.destination_copy_id = "c1";
  held.before = PreImage{"junk", "Junk Email", false, {}, "", ""};
  held.finished_at = kNow + minutes(2);
  Step by_hand = held;
  by_hand.id = 2;
  by_hand.cause = "retract 1";
  by_hand.action = Action::junk;
  by_hand.before = PreImage{"inbox", "Inbox", false, {}, "", ""};
  by_hand.finished_at = kNow + minutes(1);
  const HandWork work{Action::none, "restore 4", {}};
  const Plan plan = plan_restore({held, by_hand}, work, kNow + minutes(3));
  REQUIRE(plan.added.size() == 1);
  CHECK(plan.added[0].undoes == 1);
  CHECK(plan.added[0].before->folder_id == "inbox");
  Step restored = plan.added[0];
  restored.id = 3;
  restored.state = StepState::restored;
  restored.destination_copy_id = "c1";
  CHECK(was_restored_since(held, {&held, &by_hand, &restored}));
  CHECK(was_restored_since(by_hand, {&held, &by_hand, &restored}));
  CHECK(plan_restore({held, by_hand, restored}, work, kNow + minutes(4)).added.empty());
}

// Each step was once compared with all others of the message, and those with all others again.
TEST_CASE("a message to ten thousand mailboxes is planned, retracted and restored at once") {
  constexpr std::size_t kMany = 10'000;
  std::vector<std::string> addresses;
  std::vector<Step> removed;
  for (std::size_t i = 0; i < kMany; ++i) {
    addresses.push_back("person" + std::to_string(i) + "@acme.example");
    Step step = earlier(addresses.back(), Action::recoverable, StepState::removed);
    step.id = static_cast<std::int64_t>(i) + 1;
    step.copy_id = step.destination_copy_id = "c" + std::to_string(i);
    step.before = PreImage{"f" + std::to_string(i), "", false, {}, "", ""};
    step.finished_at = kNow;
    removed.push_back(step);
  }
  addresses.push_back("new@acme.example");
  const MessageRow mail = message(Disposition::malicious, addresses);
  const Plan later = plan_automatic(mail, acme(), removed, kNow);
  REQUIRE(later.added.size() == 1);
  CHECK(later.added[0].mailbox == "new@acme.example");
  const HandWork retract{Action::recoverable, "retract 1", {}};
  CHECK(plan_retract(7, mail.recipients, acme(), removed, retract, kNow).added.size() == 1);
  const Plan undo = plan_restore(removed, {Action::none, "restore 2", {}}, kNow);
  REQUIRE(undo.added.size() == kMany);
  CHECK(undo.added[kMany - 1].undoes == static_cast<std::int64_t>(kMany));
  CHECK(undo.added[kMany - 1].before->folder_id == "f9999");
}

}  // namespace secondlook
