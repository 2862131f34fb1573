#include "graph_client/request_limits.h"

#include <utility>

namespace secondlook {

std::optional<RequestLimits::Turn> RequestLimits::wait_for_turn(const std::string& mailbox,
                                                                std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, timeout, [&] { return has_room(mailbox); })) return std::nullopt;
  ++running_;
  if (!mailbox.empty()) ++running_by_mailbox_[mailbox];
  return std::optional<Turn>(std::in_place, *this, mailbox, round_);
}

bool RequestLimits::has_room(const std::string& mailbox) const {
  if (running_ >= static_cast<unsigned>(bound_)) return false;
  const auto found = running_by_mailbox_.find(mailbox);
  return found == running_by_mailbox_.end() || found->second < per_mailbox_;
}

void RequestLimits::shrink(const Turn& turn) {
  const std::scoped_lock lock(mutex_);
  if (turn.round_ != round_) return;
  bound_ = std::max(bound_ / 2, 1.0);
  ++round_;
}

void RequestLimits::grow() {
  {
    const std::scoped_lock lock(mutex_);
    bound_ = std::min(bound_ + 1 / bound_, static_cast<double>(in_all_));
  }
  changed_.notify_all();
}

unsigned RequestLimits::bound() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<unsigned>(bound_);
}

unsigned RequestLimits::in_flight() const {
  const std::scoped_lock lock(mutex_);
  return running_;
}

void RequestLimits::release(const std::string& mailbox) {
  {
    const std::scoped_lock lock(mutex_);
    --running_;
    const auto found = running_by_mailbox_.find(mailbox);
    if (found != running_by_mailbox_.end() && --found->second == 0) {
      running_by_mailbox_.erase(found);
    }
  }
  changed_.notify_all();
}

}  // namespace secondlook
