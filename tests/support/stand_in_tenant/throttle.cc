#include "tests/support/stand_in_tenant/throttle.h"

#include <algorithm>
#include <thread>

#include "tests/support/stand_in_tenant/rendering.h"

namespace secondlook::stand_in {

ServedAnswer Throttle::run(const std::string& mailbox, const std::function<ServedAnswer()>& work) {
  if (!enter(mailbox)) {
    ++refused_;
    ServedAnswer answer = error_answer(429, "ApplicationThrottled",
                                       "Application is over its MailboxConcurrency limit.");
    answer.headers.emplace_back("Retry-After", "0.128");
    return answer;
  }
  const auto start = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(latency_);
  ServedAnswer answer = work();
  const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - start;
  if (!mailbox.empty()) busy_ += static_cast<std::uint64_t>(taken.count());
  leave(mailbox);
  return answer;
}

bool Throttle::enter(const std::string& mailbox) {
  if (mailbox.empty()) return true;
  const std::scoped_lock lock(mutex_);
  unsigned& running = running_[mailbox];
  if (running >= per_mailbox_) return false;
  ++running;
  most_at_once_ = std::max<unsigned>(most_at_once_, running);
  return true;
}

void Throttle::leave(const std::string& mailbox) {
  if (mailbox.empty()) return;
  const std::scoped_lock lock(mutex_);
  --running_[mailbox];
}

}  // namespace secondlook::stand_in
