// Which peers turned away are worth a line in the log: each once a minute, a hundred of them at
// most; the rest is counted. Else whoever can reach the port could fill the disk with our own
// alarms.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>

namespace secondlook {

class TurnedAway {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // nullopt: no line for this one. Else how many had none since the last line.
  std::optional<std::uint64_t> note(const std::string& peer, Time now);

 private:
  std::optional<Time> minute_began_;
  std::unordered_set<std::string> told_;
  std::uint64_t untold_ = 0;
};

}  // namespace secondlook
