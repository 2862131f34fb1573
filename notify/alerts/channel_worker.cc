#include "notify/alerts/channel_worker.h"

#include <algorithm>

#include "base/log.h"
#include "notify/alerts/delivery_policy.h"

namespace secondlook {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAfterFailure{5'000};
constexpr milliseconds kLongestWait{60'000};

}  // namespace

ChannelWorker::ChannelWorker(AlertChannel channel, std::unique_ptr<AlertSender> sender,
                             SharedOutbox& outbox, const Clock& clock, RandomSource& random)
    : channel_(std::move(channel)),
      sender_(std::move(sender)),
      shared_(outbox),
      clock_(clock),
      random_(random) {}

Result<bool> ChannelWorker::deliver_one() {
  std::optional<AlertDelivery> delivery;
  {
    const std::scoped_lock lock(shared_.mutex);
    auto due = shared_.outbox->due_delivery(channel_.name, clock_.now());
    if (!due) return due.error();
    delivery = std::move(*due);
  }
  if (!delivery) return false;
  const SendOutcome outcome = sender_->send(delivery->alert, clock_.now());
  const std::scoped_lock lock(shared_.mutex);
  if (auto noted = note(*delivery, outcome); !noted) return noted.error();
  return true;
}

Result<void> ChannelWorker::note(const AlertDelivery& delivery, const SendOutcome& outcome) {
  AlertOutbox& outbox = *shared_.outbox;
  const Timestamp now = clock_.now();
  const std::string& key = delivery.alert.key;
  if (outcome.kind == SendOutcome::Kind::delivered) {
    log_info("alert sent", {{"channel", channel_.name},
                            {"event", std::string(name_of(delivery.alert.kind))},
                            {"key", key}});
    return outbox.in_transaction(
        [&] { return outbox.finish(delivery.id, DeliveryState::delivered, now, ""); });
  }
  const auto next =
      next_attempt(outcome, {delivery.attempts + 1, delivery.queued_at, channel_.give_up_after},
                   now, random_fraction(random_));
  log_event(next ? LogLevel::warning : LogLevel::error,
            next ? "alert not sent yet" : "alert given up",
            {{"channel", channel_.name}, {"error", outcome.error}, {"key", key}});
  if (next) return outbox.try_later(delivery.id, *next, outcome.error);
  return outbox.in_transaction([&]() -> Result<void> {
    if (auto tried = outbox.try_later(delivery.id, now, outcome.error); !tried) return tried;
    return outbox.finish(delivery.id, DeliveryState::dead, now, outcome.error);
  });
}

void ChannelWorker::start(WatchedLoop* loop) {
  thread_ = std::jthread([this, loop](const std::stop_token& stop) { work(stop, loop); });
}

void ChannelWorker::work(const std::stop_token& stop, WatchedLoop* loop) {
  while (!stop.stop_requested()) {
    const auto sent = [&] {
      const WatchedTurn turn(loop);
      return deliver_one();
    }();
    if (sent && *sent) continue;
    if (!sent) {
      log_error("alerts.db", {{"error", sent.error().message}});
      std::unique_lock lock(shared_.mutex);
      shared_.changed.wait_for(lock, stop, kAfterFailure, [] { return false; });
    }
    wait_for_more(stop);
  }
}

void ChannelWorker::wait_for_more(const std::stop_token& stop) {
  std::unique_lock lock(shared_.mutex);
  const auto next = [&]() -> std::optional<Timestamp> {
    const auto due = shared_.outbox->next_delivery_due(channel_.name);
    return due ? *due : std::nullopt;
  };
  const auto due = next();
  const auto wait = due ? std::chrono::ceil<milliseconds>(*due - clock_.now()) : kLongestWait;
  const auto bounded = std::clamp<milliseconds>(wait, milliseconds(0), kLongestWait);
  // Woken early by whatever is queued; looks again after at most a minute, should the clock jump.
  shared_.changed.wait_for(lock, stop, bounded, [&] {
    const auto first = next();
    return first && *first <= clock_.now();
  });
}

}  // namespace secondlook
