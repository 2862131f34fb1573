// How many requests are on their way at once: per mailbox (Exchange runs four, the fifth is a 429)
// and in all. A caller waits for its turn, but not for ever.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace secondlook {

class RequestLimits {
 public:
  RequestLimits(unsigned per_mailbox, unsigned in_all)
      : per_mailbox_(per_mailbox), in_all_(in_all) {}

  // A turn, given back when it goes. The RequestLimits must outlive it.
  class Turn {
   public:
    Turn(RequestLimits& limits, std::string mailbox)
        : limits_(&limits), mailbox_(std::move(mailbox)) {}
    Turn(Turn&& other) noexcept
        : limits_(std::exchange(other.limits_, nullptr)), mailbox_(std::move(other.mailbox_)) {}
    Turn& operator=(Turn&&) = delete;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (limits_ != nullptr) limits_->release(mailbox_);
    }

   private:
    RequestLimits* limits_;
    std::string mailbox_;
  };

  // Blocks up to `timeout` of real time; nothing when no turn came. An empty mailbox (directory
  // requests) counts towards the sum only.
  std::optional<Turn> wait_for_turn(const std::string& mailbox, std::chrono::milliseconds timeout);

 private:
  bool has_room(const std::string& mailbox) const;
  void release(const std::string& mailbox);

  const unsigned per_mailbox_;
  const unsigned in_all_;
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned running_ = 0;
  std::map<std::string, unsigned, std::less<>> running_by_mailbox_;  // only mailboxes in use
};

}  // namespace secondlook
