// How long one peer may take, as a value: told what happens and when, it says until when we wait.
// No timer, no clock. Silence alone is no measure, since a byte every few minutes would hold a
// session for ever; so two things are due: the next sign of life, and progress on the whole.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace secondlook {

struct DeadlineSettings {
  // [smtp] timeout_seconds: between two signs of life (RFC 5321 4.5.3.2: five minutes and more).
  std::chrono::seconds silence{300};
  // For the whole TLS handshake.
  std::chrono::seconds handshake{60};
  // From the start, or the last message that came to its end, to the end of the next, and a second
  // more for every least_bytes_per_second bytes of message received since. A report of 350 MB over
  // a line of 1 KB/s has four days; a session that sends no message has ten minutes.
  std::chrono::seconds between_messages{600};
  std::uint64_t least_bytes_per_second = 1024;
  // For the last reply to be fetched.
  std::chrono::seconds farewell{5};
};

class PeerDeadline {
 public:
  using Time = std::chrono::steady_clock::time_point;

  PeerDeadline(const DeadlineSettings& settings, Time now);

  // The peer sent something, or took what we sent.
  void heard(Time now) { heard_ = now; }
  // Totals of the session so far.
  void received(Time now, std::uint64_t messages_ended, std::uint64_t message_bytes);
  // While we are the slow ones (a report waits for its sync), the peer is not.
  void waited_for_us(Time now);
  void handshake_begins(Time now);
  void handshake_ended(Time now);
  void farewell_begins(Time now);

  Time due() const;
  // "" while nothing is overdue, else the reason for the log.
  std::string_view overdue(Time now) const;

 private:
  enum class Phase { talk, handshake, farewell };
  Time progress_due() const;

  DeadlineSettings settings_;
  Phase phase_ = Phase::talk;
  Time phase_began_;
  Time heard_;
  Time message_ended_;
  std::uint64_t messages_ended_ = 0;
  std::uint64_t bytes_ = 0;           // of messages, all
  std::uint64_t bytes_at_ended_ = 0;  // as it was when the last message ended
};

}  // namespace secondlook
