// How many requests are on their way at once: per mailbox (Exchange runs four, the fifth is a 429)
// and in all. The bound in all adapts: a throttled request halves it, each answer lets it grow by a
// share of one, so that a full round of answers brings one more, up to what is configured. A caller
// waits for its turn, but not for ever.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
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
      : per_mailbox_(per_mailbox), in_all_(in_all), bound_(in_all) {}

  // A turn, given back when it goes. The RequestLimits must outlive it.
  class Turn {
   public:
    Turn(RequestLimits& limits, std::string mailbox, std::uint64_t round)
        : limits_(&limits), mailbox_(std::move(mailbox)), round_(round) {}
    Turn(Turn&& other) noexcept
        : limits_(std::exchange(other.limits_, nullptr)),
          mailbox_(std::move(other.mailbox_)),
          round_(other.round_) {}
    Turn& operator=(Turn&&) = delete;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (limits_ != nullptr) limits_->release(mailbox_);
    }

   private:
    friend class RequestLimits;
    RequestLimits* limits_;
    std::string mailbox_;
    std::uint64_t round_;  // of halvings, when it began
  };

  // Blocks up to `timeout` of real time; nothing when no turn came. An empty mailbox (directory
  // requests) counts towards the sum only.
  std::optional<Turn> wait_for_turn(const std::string& mailbox, std::chrono::milliseconds timeout);

  // The request of `turn` was throttled. A burst that is throttled as a whole halves the bound
  // once: what began before the last halving says nothing about the bound since.
  void shrink(const Turn& turn);
  // A request was answered.
  void grow();

  unsigned bound() const;  // at least 1
  unsigned in_flight() const;

 private:
  bool has_room(const std::string& mailbox) const;
  void release(const std::string& mailbox);

  const unsigned per_mailbox_;
  const unsigned in_all_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  double bound_;
  std::uint64_t round_ = 0;
  unsigned running_ = 0;
  std::map<std::string, unsigned, std::less<>> running_by_mailbox_;  // only mailboxes in use
};

}  // namespace secondlook
