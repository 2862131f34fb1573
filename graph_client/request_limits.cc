#include "graph_client/request_limits.h"

#include <utility>

namespace secondlook {

std::optional<RequestLimits::Turn> RequestLimits::wait_for_turn(const std::string& mailbox,
                                                                std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, timeout, [&] { return has_room(mailbox); })) return std::nullopt;
  ++running_;
  if (!mailbox.empty()) ++running_by_mailbox_[mailbox];
  return std::optional<Turn>(std::in_place, *this, mailbox);
}

bool RequestLimits::has_room(const std::string& mailbox) const {
  if (running_ >= in_all_) return false;
  const auto found = running_by_mailbox_.find(mailbox);
  return found == running_by_mailbox_.end() || found->second < per_mailbox_;
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
