// Whether a service is worth asking at all. After so many failures in a row, of more than one
// mailbox, the circuit opens: nobody asks, work waits where it is kept. When the time is over a
// single probe goes; its answer closes the circuit, its failure opens it for longer. A value: time
// and chance come in, nothing waits. Not safe from several threads by itself.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace secondlook {

class CircuitBreaker {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  enum class State { closed, open, probing };

  static constexpr unsigned kFailuresToOpen = 10;
  static constexpr std::chrono::seconds kShortestBreak{5}, kLongestBreak{300};

  struct Answer {
    bool may_go = false;
    bool is_probe = false;              // must be told how it ended
    std::chrono::milliseconds wait{0};  // when it may not: come again then
  };
  Answer ask(Moment now);

  // How a request ended: any answer but 5xx shows that the service lives. What had been sent before
  // the circuit opened says nothing any more; then only the probe counts. `fraction`: in [0, 1),
  // shortens a break to between half and all of its length, so that not all tenants come at once.
  void lived(bool is_probe);
  void failed(bool is_probe, const std::string& mailbox, Moment now, double fraction);
  // The probe was not sent after all: the next one who asks is the probe.
  void probe_withdrawn();

  State state() const { return state_; }
  unsigned times_opened() const { return times_opened_; }

 private:
  void open(Moment now, double fraction);

  State state_ = State::closed;
  unsigned failures_ = 0;
  std::string failing_mailbox_;  // of the first of them
  bool several_fail_ = false;
  unsigned breaks_in_a_row_ = 0;
  unsigned times_opened_ = 0;
  Moment ends_at_{};
};

}  // namespace secondlook
