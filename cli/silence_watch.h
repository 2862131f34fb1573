// Whether a process has been silent for too long: its pulse (schema/process_figures.h) against the
// time since it became ready. A value: time is an argument.
//
// Who stood still itself (a stopped `serve`, a machine that was suspended) heard nobody meanwhile
// and judges nobody by that: the silence counts anew from when it looks again.
#pragma once

#include <chrono>
#include <cstdint>

namespace secondlook {

class SilenceWatch {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // To be asked so often at least; the silence counts anew where it was not for four times as long.
  static constexpr std::chrono::seconds kLookAgain{5};

  explicit SilenceWatch(std::chrono::milliseconds most_silence) : most_silence_(most_silence) {}

  // The process is ready: what was heard before, of an earlier one perhaps, no longer counts.
  void begin(Moment now);
  // pulse: as pulse_at(); one of later than now counts as now.
  bool is_silent(std::uint64_t pulse, Moment now);

 private:
  std::chrono::milliseconds most_silence_;
  Moment since_{}, looked_at_{};
};

}  // namespace secondlook
