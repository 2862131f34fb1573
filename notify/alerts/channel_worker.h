// One channel's thread: takes due deliveries out of the outbox, sends them, notes what came of it.
// A slow receiver delays its own channel alone.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/random.h"
#include "notify/alerts/alert_sender.h"
#include "schema/loop_watch.h"
#include "schema/store/alerts/alert_outbox.h"

namespace secondlook {

// The outbox and its one lock, which is never held while something is sent.
struct SharedOutbox {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_ptr<AlertOutbox> outbox;
};

class ChannelWorker {
 public:
  // `outbox`, `clock` and `random` must outlive it.
  ChannelWorker(AlertChannel channel, std::unique_ptr<AlertSender> sender, SharedOutbox& outbox,
                const Clock& clock, RandomSource& random);

  // One due delivery, sent and noted; false when none is due. Without the thread, for tests.
  Result<bool> deliver_one();

  // `loop` must outlive the thread; null: nobody watches.
  void start(WatchedLoop* loop = nullptr);
  void request_stop() { thread_.request_stop(); }

 private:
  void work(const std::stop_token& stop, WatchedLoop* loop);
  void wait_for_more(const std::stop_token& stop);
  Result<void> note(const AlertDelivery& delivery, const SendOutcome& outcome);

  AlertChannel channel_;
  std::unique_ptr<AlertSender> sender_;
  SharedOutbox& shared_;
  const Clock& clock_;
  RandomSource& random_;
  std::jthread thread_;
};

}  // namespace secondlook
