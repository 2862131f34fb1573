// Exchange's limit: so many requests at once for a mailbox, the next is a 429 with a fractional
// Retry-After. The latency is what makes requests meet. Safe from several threads.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "tests/support/http_server.h"

namespace secondlook::stand_in {

class Throttle {
 public:
  Throttle(unsigned per_mailbox, std::chrono::milliseconds latency)
      : per_mailbox_(per_mailbox), latency_(latency) {}

  // Runs `work` in the mailbox's turn after the latency, or answers 429. An empty mailbox is not
  // limited.
  ServedAnswer run(const std::string& mailbox, const std::function<ServedAnswer()>& work);

  unsigned refused() const { return refused_; }
  unsigned most_at_once() const { return most_at_once_; }
  // Of all requests about mailboxes that had a turn, together.
  std::chrono::milliseconds busy() const { return std::chrono::milliseconds{busy_ / 1000}; }

 private:
  bool enter(const std::string& mailbox);
  void leave(const std::string& mailbox);

  const unsigned per_mailbox_;
  const std::chrono::milliseconds latency_;
  std::atomic<unsigned> refused_ = 0;
  std::atomic<unsigned> most_at_once_ = 0;
  std::atomic<std::uint64_t> busy_ = 0;  // microseconds
  std::mutex mutex_;
  std::map<std::string, unsigned, std::less<>> running_;
};

}  // namespace secondlook::stand_in
