#include "notify/alerts/channel_worker.h"

#include <deque>

#include <catch2/catch.hpp>

#include "notify/alerts/delivery_policy.h"
#include "tests/notify/alerts/alert_scene.h"

namespace secondlook {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using Kind = SendOutcome::Kind;

class FakeSender final : public AlertSender {
 public:
  struct World {
    std::deque<SendOutcome> answers;  // what comes next; then: delivered
    std::vector<std::string> keys;
  };
  explicit FakeSender(World& world) : world_(world) {}
  SendOutcome send(const Alert& alert, Timestamp) override {
    world_.keys.push_back(alert.key);
    if (world_.answers.empty()) return {};
    SendOutcome next = world_.answers.front();
    world_.answers.pop_front();
    return next;
  }

 private:
  World& world_;
};

// A scene with the notifier's outbox in a worker's hands.
struct Delivering {
  AlertScene scene;
  SharedOutbox shared;
  FakeSender::World world;
  AlertChannel channel = channel_named("soc");

  void queue_one() {
    scene.remove_copy("anna@corp.example");
    scene.go_on();
  }
  bool deliver() {
    shared.outbox = std::move(scene.outbox);
    ChannelWorker worker(channel, std::make_unique<FakeSender>(world), shared, scene.clock,
                         scene.random);
    const bool any = must(worker.deliver_one());
    scene.outbox = std::move(shared.outbox);
    return any;
  }
};

TEST_CASE("a delivery that was taken is done, and not sent again") {
  Delivering story;
  story.queue_one();
  CHECK(story.deliver());
  CHECK_FALSE(story.deliver());
  CHECK(story.world.keys.size() == 1);
  CHECK(story.scene.deliveries()[0].state == DeliveryState::delivered);
  CHECK(story.scene.deliveries()[0].attempts == 1);
  CHECK(must(story.scene.outbox->counts())["soc"].delivered == 1);
}

TEST_CASE("a receiver that is down is asked again until it is back, with the same key") {
  Delivering story;
  story.queue_one();
  story.world.answers = {{Kind::later, "no answer", {}}, {Kind::later, "no answer", {}}};
  CHECK(story.deliver());
  CHECK_FALSE(story.deliver());  // not due yet
  story.scene.clock.advance(seconds(2));
  CHECK(story.deliver());
  story.scene.clock.advance(seconds(4));
  CHECK(story.deliver());
  REQUIRE(story.world.keys.size() == 3);
  CHECK(story.world.keys[0] == story.world.keys[2]);
  CHECK(story.scene.deliveries()[0].state == DeliveryState::delivered);
  CHECK(story.scene.deliveries()[0].attempts == 3);
}

TEST_CASE("killed between the receiver's yes and our note, the same alert is sent once more") {
  Delivering story;
  story.queue_one();
  const std::string key = story.scene.deliveries()[0].alert.key;
  // The receiver had it; nothing was noted.
  story.scene.restart();
  CHECK(story.deliver());
  CHECK(story.world.keys == std::vector<std::string>{key});
}

TEST_CASE("killed at any other point, nothing is lost and nothing told twice") {
  Delivering story;
  AlertScene& scene = story.scene;
  scene.remove_copy("anna@corp.example");
  scene.restart();  // before it was read
  scene.take();
  scene.restart();  // in a group, mark moved
  scene.take();
  scene.clock.advance(seconds(60));
  scene.restart();
  scene.queue();
  scene.restart();  // in the outbox
  scene.queue();
  CHECK(story.deliver());
  scene.restart();
  CHECK_FALSE(story.deliver());
  CHECK(story.world.keys.size() == 1);
}

TEST_CASE("what a receiver refuses is given up after a few tries, counted and visible") {
  Delivering story;
  story.queue_one();
  for (std::uint32_t i = 0; i < kMostRefusals; ++i)
    story.world.answers.push_back({Kind::refused, "HTTP status 404", {}});
  for (std::uint32_t i = 0; i < kMostRefusals; ++i) {
    CHECK(story.deliver());
    story.scene.clock.advance(seconds(60));
  }
  CHECK_FALSE(story.deliver());
  const AlertDelivery dead = story.scene.deliveries()[0];
  CHECK(dead.state == DeliveryState::dead);
  CHECK(dead.error == "HTTP status 404");
  CHECK(dead.attempts == kMostRefusals);
  CHECK(must(story.scene.outbox->counts())["soc"].dead == 1);
}

TEST_CASE("a receiver that stays away is given up after give_up_after") {
  const AttemptMade made{30, at_second(0), hours(24)};
  const SendOutcome away{Kind::later, "no answer", {}};
  CHECK(next_attempt(away, made, at_second(23 * 3600), 0.5));
  CHECK_FALSE(next_attempt(away, made, at_second(24 * 3600), 0.5));
}

TEST_CASE("waiting doubles up to ten minutes, a random half of it off") {
  const SendOutcome away{Kind::later, "", {}};
  const auto delay = [&](std::uint32_t attempts, double fraction) {
    return *next_attempt(away, {attempts, at_second(0), hours(24)}, at_second(0), fraction) -
           at_second(0);
  };
  CHECK(delay(1, 0) == std::chrono::milliseconds(500));
  CHECK(delay(1, 1) == seconds(1));
  CHECK(delay(4, 1) == seconds(8));
  CHECK(delay(30, 1) == std::chrono::minutes(10));
}

TEST_CASE("Retry-After is obeyed") {
  const SendOutcome busy{Kind::later, "HTTP status 429", seconds(90)};
  CHECK(*next_attempt(busy, {1, at_second(0), hours(24)}, at_second(0), 0) == at_second(90));
}

TEST_CASE("a channel whose outbox is full gives up the oldest, and says so") {
  AlertScene scene;
  must(scene.outbox->in_transaction([&]() -> Result<void> {
    for (std::uint64_t i = 1; i <= AlertOutbox::kMostWaiting + 2; ++i) {
      AlertGroup group;
      group.id = static_cast<std::int64_t>(i);
      if (auto queued = scene.outbox->queue_group(group, {"soc"}, scene.clock.now()); !queued)
        return queued;
    }
    return scene.outbox->prune(scene.clock.now());
  }));
  const auto counts = must(scene.outbox->counts())["soc"];
  CHECK(counts.waiting == AlertOutbox::kMostWaiting);
  CHECK(counts.dead == 2);
}

TEST_CASE("what waits for a channel that is configured no more is given up") {
  Delivering story;
  story.queue_one();
  CHECK(must(story.scene.outbox->abandon_all_but({"log"}, story.scene.clock.now())) == 1);
  CHECK(story.scene.deliveries()[0].state == DeliveryState::dead);
}

}  // namespace
}  // namespace secondlook
