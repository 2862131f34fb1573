// How long a process that ended waits before it is started again: 100 ms, doubling to 10 s; one
// that had run for a minute begins at 100 ms anew. A value: time is an argument.
#pragma once

#include <chrono>

namespace secondlook {

class RestartBackoff {
 public:
  static constexpr std::chrono::milliseconds kFirst{100};
  static constexpr std::chrono::milliseconds kLongest{10'000};
  static constexpr std::chrono::minutes kLongEnough{1};

  // Called once for each end, with how long the process had run.
  std::chrono::milliseconds delay_after(std::chrono::steady_clock::duration run);

 private:
  std::chrono::milliseconds next_ = kFirst;
};

}  // namespace secondlook
