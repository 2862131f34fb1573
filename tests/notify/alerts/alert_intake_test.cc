#include "notify/alerts/alert_intake.h"

#include <catch2/catch.hpp>

#include "tests/notify/alerts/alert_scene.h"

namespace secondlook {
namespace {

using std::chrono::seconds;

TEST_CASE("a malicious copy that is removed becomes one alert for each channel of a rule") {
  AlertScene scene;
  scene.settings.rules[0].channels = {"soc", "log"};
  scene.remove_copy("anna@corp.example");
  scene.go_on();
  const auto deliveries = scene.deliveries();
  REQUIRE(deliveries.size() == 2);
  CHECK(deliveries[0].channel == "log");
  CHECK(deliveries[1].channel == "soc");
  CHECK(deliveries[0].alert.kind == AlertKind::malicious_removed);
  CHECK(deliveries[0].alert.tenant == "corp");
  CHECK(deliveries[0].alert.facts.at("action") == "recoverable");
  CHECK(deliveries[0].alert.key != deliveries[1].alert.key);
}

TEST_CASE("what happened before alerts were switched on is told to nobody") {
  StoreFixture before;
  const auto message = before.record(1, verdict_of("old"));
  Step step = before.add_step(message.id, "anna@corp.example");
  step.state = StepState::removed;
  must(before.store->update_step(step));
  TemporaryDirectory directory;
  FixedRandom random;
  auto outbox = must(AlertOutbox::open(directory.file("alerts.db"), random));
  auto events = must(AlertEvents::open(before.path));
  CHECK(must(events->newest(10)).size() == 1);
  AlertSettings settings;
  settings.rules = {rule_named("all", {"soc"})};
  CHECK_FALSE(must(AlertIntake(settings, *outbox).take(*events, at_second(5))));
  CHECK_FALSE(must(AlertIntake(settings, *outbox).take(*events, at_second(6))));
  CHECK_FALSE(must(outbox->next_group_due()));
}

TEST_CASE("what comes within group_for is one alert, what comes later another") {
  AlertScene scene;
  for (int i = 0; i < 7; ++i) scene.remove_copy("user" + std::to_string(i) + "@corp.example");
  scene.go_on();
  scene.remove_copy("late@corp.example");
  scene.go_on();
  const auto deliveries = scene.deliveries();
  REQUIRE(deliveries.size() == 2);
  CHECK(deliveries[0].alert.count == 1);
  CHECK(deliveries[1].alert.count == 7);
  CHECK(deliveries[1].alert.messages.size() == 7);
  CHECK(deliveries[1].alert.samples.size() == Alert::kMostSamples);
}

TEST_CASE("a group waits for its time") {
  AlertScene scene;
  scene.settings.rules[0].group_for = seconds(30);
  scene.remove_copy("anna@corp.example");
  scene.go_on(seconds(29));
  CHECK(scene.deliveries().empty());
  scene.go_on(seconds(1));
  CHECK(scene.deliveries().size() == 1);
}

TEST_CASE("with group_for of 0 each event is an alert of its own, at once") {
  AlertScene scene;
  scene.settings.rules[0].group_for = seconds(0);
  scene.remove_copy("anna@corp.example");
  scene.remove_copy("ben@corp.example");
  scene.take();
  CHECK(scene.deliveries().size() == 2);
}

TEST_CASE("addresses and subjects are told only where the rule asks for them") {
  AlertScene scene;
  AlertRule open = rule_named("open", {"log"});
  open.addresses = open.subject = true;
  scene.settings.rules.push_back(open);
  scene.remove_copy("anna@corp.example");
  scene.go_on();
  for (const AlertDelivery& delivery : scene.deliveries()) {
    REQUIRE(delivery.alert.samples.size() == 1);
    const AlertSample& sample = delivery.alert.samples[0];
    const bool tells = delivery.alert.rule == "open";
    CHECK(sample.mailbox == (tells ? "anna@corp.example" : ""));
    CHECK(sample.sender == (tells ? "Billing@Pay.Shop.Example" : ""));
    CHECK(sample.subject.empty() == !tells);
    CHECK(sample.rules == std::vector<std::string>{"CREDENTIAL_PHRASE", "LINK_MISMATCH"});
  }
}

TEST_CASE("a rule takes its events, its tenants and its severity, and what concerns all") {
  AlertRule rule = rule_named("some", {"soc"});
  Alert alert;
  alert.kind = AlertKind::removal_failed;
  alert.severity = AlertSeverity::critical;
  alert.tenant = "corp";
  CHECK(wants(rule, alert));
  rule.events = {AlertKind::brake_engaged};
  CHECK_FALSE(wants(rule, alert));
  rule.events.clear();
  rule.tenants = {"other"};
  CHECK_FALSE(wants(rule, alert));
  alert.tenant.clear();
  CHECK(wants(rule, alert));
  rule.least_severity = AlertSeverity::critical;
  CHECK(wants(rule, alert));
  alert.severity = AlertSeverity::warning;
  CHECK_FALSE(wants(rule, alert));
}

TEST_CASE("an engaged brake and its release are told, with what tripped it") {
  AlertScene scene;
  scene.set_brake(true);
  scene.set_brake(true);
  must(scene.detections.store->release_brake_at(scene.clock.now()));
  scene.go_on();
  const auto deliveries = scene.deliveries();
  REQUIRE(deliveries.size() == 2);
  CHECK(deliveries[0].alert.kind == AlertKind::brake_released);
  CHECK(deliveries[1].alert.kind == AlertKind::brake_engaged);
  CHECK(deliveries[1].alert.count == 1);
  CHECK(deliveries[1].alert.facts.at("name") == "MATCHES_ALL");
  CHECK(deliveries[1].alert.facts.at("limit") == "5");
}

TEST_CASE("a failed removal, a refused mailbox and a suspicious mail in Junk are told apart") {
  AlertScene scene;
  scene.remove_copy("anna@corp.example", StepState::failed);
  scene.remove_copy("ben@corp.example", StepState::forbidden);
  scene.remove_copy("cleo@corp.example", StepState::removed, Disposition::suspicious);
  const auto events = must(scene.events->newest(10));
  REQUIRE(events.size() == 3);
  CHECK(events[2].kind == "removal_failed");
  std::vector<std::string> kinds = {events[0].kind, events[1].kind};
  std::sort(kinds.begin(), kinds.end());
  CHECK(kinds == std::vector<std::string>{"graph_refused", "removal_failed"});
}

TEST_CASE("a refused token is told once in five minutes, however many steps meet it") {
  AlertScene scene;
  for (int i = 0; i < 5; ++i) {
    const auto message = scene.detections.record(++scene.mails, verdict_of(std::to_string(i)));
    Step step = scene.detections.add_step(message.id, "anna@corp.example");
    step.detail = "401 loginRefused: login server: invalid_client";
    must(scene.detections.store->update_step(step));
  }
  const auto events = must(scene.events->newest(10));
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == "graph_refused");
}

TEST_CASE("a forged report is told, and no other new message") {
  AlertScene scene;
  scene.detections.record(1, verdict_of("forged", Disposition::forged_report));
  scene.detections.record(2, verdict_of("good", Disposition::clean));
  const auto events = must(scene.events->newest(10));
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == "forged_report");
}

TEST_CASE("a retract that waits for a second person is told") {
  AlertScene scene;
  AuditEntry entry;
  entry.at = scene.clock.now();
  entry.command = "retract";
  entry.arguments = "{}";
  const auto row = must(scene.detections.store->append_audit(entry));
  HandCommand command;
  command.id = row.id;
  command.name = "retract";
  command.state = HandCommandState::awaiting_approval;
  command.person = "anna";
  command.request = "{}";
  command.asked_at = scene.clock.now();
  command.expires_at = at_second(90'000);
  command.copies = 700;
  must(scene.detections.store->add_hand_command(command, {}));
  scene.go_on();
  REQUIRE(scene.deliveries().size() == 1);
  const Alert alert = scene.deliveries()[0].alert;
  CHECK(alert.kind == AlertKind::approval_waiting);
  CHECK(alert.facts.at("copies") == "700");
  CHECK(alert.facts.at("expires_at").starts_with("2026-11-"));
}

TEST_CASE("what is rolled back is not told") {
  AlertScene scene;
  {
    auto transaction = must(scene.detections.store->begin());
    scene.set_brake(true);
  }
  CHECK(must(scene.events->newest(10)).empty());
}

TEST_CASE("a test goes to its channel alone, also beside quiet hours and limits") {
  AlertScene scene;
  scene.settings.rules[0].quiet_hours = {0, 23 * 60};
  AuditEntry entry;
  entry.at = scene.clock.now();
  entry.command = "alerts_test";
  entry.arguments = R"({"command":"alerts_test","content":"log"})";
  const auto row = must(scene.detections.store->append_audit(entry));
  scene.take();
  REQUIRE(scene.deliveries().size() == 1);
  CHECK(scene.deliveries()[0].channel == "log");
  CHECK(scene.deliveries()[0].alert.facts.at("audit") == std::to_string(row.id));
}

TEST_CASE("beyond most_an_hour alerts grow instead of becoming more, and nothing is lost") {
  AlertScene scene;
  scene.settings.rules[0].most_an_hour = 2;
  for (int i = 0; i < 10; ++i) {
    scene.remove_copy("anna@corp.example");
    scene.go_on(seconds(60));
  }
  CHECK(scene.deliveries().size() == 2);
  scene.go_on(seconds(3600));
  const auto deliveries = scene.deliveries();
  REQUIRE(deliveries.size() == 3);
  CHECK(deliveries[0].alert.count == 8);
}

TEST_CASE("quiet hours hold back what is not critical, until they end") {
  AlertScene scene;
  scene.settings.rules[0].quiet_hours = *parse_quiet_hours("22:00-07:00");
  scene.minute_of_day = 23 * 60;
  scene.remove_copy("anna@corp.example");
  scene.set_brake(true);
  scene.go_on();
  REQUIRE(scene.deliveries().size() == 1);
  CHECK(scene.deliveries()[0].alert.kind == AlertKind::brake_engaged);
  scene.minute_of_day = 7 * 60;
  scene.go_on(std::chrono::hours(8));
  CHECK(scene.deliveries().size() == 2);
}

TEST_CASE("quiet hours over midnight end on the next morning") {
  AlertRule rule;
  rule.quiet_hours = *parse_quiet_hours("22:00-07:00");
  const Timestamp now = at_second(0);
  const auto until = [&](std::uint32_t minute) {
    return quiet_until(rule, Alert(), now, [=](Timestamp) { return minute; });
  };
  CHECK_FALSE(until(7 * 60));
  CHECK_FALSE(until(21 * 60 + 59));
  REQUIRE(until(22 * 60));
  CHECK(*until(22 * 60) - std::chrono::floor<std::chrono::minutes>(now) == std::chrono::hours(9));
  REQUIRE(until(6 * 60 + 59));
  CHECK(*until(6 * 60 + 59) - std::chrono::floor<std::chrono::minutes>(now) ==
        std::chrono::minutes(1));
}

TEST_CASE("a condition is told when it begins, again when it stays, and when it ends") {
  AlertScene scene;
  const std::vector<AlertKind> all = {AlertKind::space_low};
  const Condition low{AlertKind::space_low,
                      AlertSeverity::warning,
                      "",
                      "journal log",
                      {{"subject", "journal log"}, {"percent", "91"}}};
  const auto look = [&](const std::vector<Condition>& found) {
    must(scene.intake().take_conditions(found, all, scene.clock.now()));
    scene.go_on(seconds(60));
  };
  look({low});
  look({low});
  CHECK(scene.deliveries().size() == 1);
  scene.clock.advance(scene.settings.repeat_after);
  look({low});
  CHECK(scene.deliveries().size() == 2);
  look({});
  const auto deliveries = scene.deliveries();
  REQUIRE(deliveries.size() == 3);
  CHECK(deliveries[0].alert.resolved);
  CHECK(deliveries[0].alert.facts.at("subject") == "journal log");
  look({});
  CHECK(scene.deliveries().size() == 3);
}

TEST_CASE("a condition that could not be looked for stays as it was") {
  AlertScene scene;
  const Condition soon{
      AlertKind::certificate_expiring, AlertSeverity::warning, "corp", "the app", {}};
  must(
      scene.intake().take_conditions({soon}, {AlertKind::certificate_expiring}, scene.clock.now()));
  must(scene.intake().take_conditions({}, {AlertKind::space_low}, scene.clock.now()));
  CHECK(must(scene.outbox->conditions()).size() == 1);
}

TEST_CASE("events that were gone before they were read are counted") {
  AlertScene scene;
  scene.remove_copy("anna@corp.example");
  scene.remove_copy("ben@corp.example");
  scene.remove_copy("cleo@corp.example");
  must(must(Connection::open(scene.detections.path, ConnectionMode::read_write))
           ->execute("DELETE FROM alert_events WHERE id <= 2"));
  scene.go_on();
  CHECK(must(scene.outbox->missed()) == 2);
  REQUIRE(scene.deliveries().size() == 1);
  CHECK(scene.deliveries()[0].alert.count == 1);
}

TEST_CASE("the table of events is bounded") {
  AlertScene scene;
  auto writer = must(Connection::open(scene.detections.path, ConnectionMode::read_write));
  must(writer->execute(
      "INSERT INTO alert_events (id, at, kind, tenant, detail) VALUES (1, 0, 'test', '', '{}'),"
      "(2, 0, 'test', '', '{}'), (100001, 0, 'test', '', '{}')"));
  CHECK(must(writer->integer("SELECT min(id) FROM alert_events")) == 2);
}

TEST_CASE("another database than before is read from its end on") {
  AlertScene scene;
  must(scene.outbox->set_position(5000));
  scene.remove_copy("anna@corp.example");
  scene.go_on();
  CHECK(scene.deliveries().empty());
  scene.remove_copy("ben@corp.example");
  scene.go_on();
  CHECK(scene.deliveries().size() == 1);
}

}  // namespace
}  // namespace secondlook
