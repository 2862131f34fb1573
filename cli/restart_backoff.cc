#include "cli/restart_backoff.h"

#include <algorithm>

namespace secondlook {

std::chrono::milliseconds RestartBackoff::delay_after(std::chrono::steady_clock::duration run) {
  if (run >= kLongEnough) next_ = kFirst;
  const auto delay = next_;
  next_ = std::min(next_ * 2, kLongest);
  return delay;
}

}  // namespace secondlook
