// A detections database that is written as remediation writes it, an alerts.db beside it, and short
// ways to make things happen.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "notify/alerts/alert_intake.h"
#include "schema/store/alerts/alert_outbox.h"
#include "tests/schema/store/store_fixture.h"
#include "tests/support/fixed_random.h"
#include "tests/support/manual_clock.h"

namespace secondlook {

inline AlertChannel channel_named(std::string name) {
  AlertChannel channel;
  channel.name = std::move(name);
  return channel;
}

inline AlertRule rule_named(std::string name, std::vector<std::string> channels) {
  AlertRule rule;
  rule.name = std::move(name);
  rule.channels = std::move(channels);
  return rule;
}

struct AlertScene {
  StoreFixture detections;
  ManualClock clock{at_second(1000)};
  FixedRandom random;
  std::string outbox_path = detections.directory.file("notify/alerts.db");
  std::unique_ptr<AlertOutbox> outbox = must(AlertOutbox::open(outbox_path, random));
  std::unique_ptr<AlertEvents> events = must(AlertEvents::open(detections.path));
  AlertSettings settings;
  std::uint32_t minute_of_day = 12 * 60;
  std::uint64_t mails = 0;

  AlertScene() {
    settings.channels = {channel_named("soc"), channel_named("log")};
    settings.rules = {rule_named("all", {"soc"})};
    take();  // the first time begins at the end
  }

  AlertIntake intake() {
    return {settings, *outbox, [this](Timestamp) { return minute_of_day; }};
  }
  void take() { (void)must(intake().take(*events, clock.now())); }
  void queue() { must(intake().queue_due(clock.now())); }
  // What the notifier's thread does in a round, after `later`.
  void go_on(std::chrono::seconds later = std::chrono::seconds(60)) {
    take();
    clock.advance(later);
    queue();
  }

  Step remove_copy(const std::string& mailbox, StepState ended = StepState::removed,
                   Disposition disposition = Disposition::malicious) {
    ++mails;
    const auto message =
        detections.record(mails, verdict_of("mail-" + std::to_string(mails), disposition));
    Step step = detections.add_step(message.id, mailbox);
    step.state = StepState::begun;
    must(detections.store->update_step(step));
    step.state = ended;
    step.finished_at = clock.now();
    must(detections.store->update_step(step));
    return step;
  }
  void set_brake(bool engaged) {
    BrakeState brake;
    brake.engaged = engaged;
    brake.because = "more than 5 copies in an hour";
    brake.since = clock.now();
    brake.trip = BrakeTrip{{"rule", "MATCHES_ALL"}, 6, 5, {1}};
    must(detections.store->set_brake(brake));
  }
  // The notifier dies and starts again.
  void restart() {
    outbox.reset();
    outbox = must(AlertOutbox::open(outbox_path, random));
  }
  std::vector<AlertDelivery> deliveries() { return must(outbox->newest(100)); }
};

}  // namespace secondlook
