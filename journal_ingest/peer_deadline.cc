#include "journal_ingest/peer_deadline.h"

#include <algorithm>

namespace secondlook {

PeerDeadline::PeerDeadline(const DeadlineSettings& settings, Time now)
    : settings_(settings), phase_began_(now), heard_(now), message_ended_(now) {}

void PeerDeadline::received(Time now, std::uint64_t messages_ended, std::uint64_t message_bytes) {
  bytes_ = message_bytes;
  if (messages_ended == messages_ended_) return;
  messages_ended_ = messages_ended;
  message_ended_ = now;
  bytes_at_ended_ = message_bytes;
}

void PeerDeadline::waited_for_us(Time now) {
  heard_ = now;
  message_ended_ = now;
  bytes_at_ended_ = bytes_;
}

void PeerDeadline::handshake_begins(Time now) {
  phase_ = Phase::handshake;
  phase_began_ = now;
}

void PeerDeadline::handshake_ended(Time now) {
  phase_ = Phase::talk;
  heard_ = now;
}

void PeerDeadline::farewell_begins(Time now) {
  phase_ = Phase::farewell;
  phase_began_ = now;
}

PeerDeadline::Time PeerDeadline::progress_due() const {
  const std::uint64_t earned = (bytes_ - bytes_at_ended_) / settings_.least_bytes_per_second;
  return message_ended_ + settings_.between_messages +
         std::chrono::seconds(static_cast<std::int64_t>(earned));
}

PeerDeadline::Time PeerDeadline::due() const {
  switch (phase_) {
    case Phase::handshake: return phase_began_ + settings_.handshake;
    case Phase::farewell: return phase_began_ + settings_.farewell;
    case Phase::talk: break;
  }
  return std::min(heard_ + settings_.silence, progress_due());
}

std::string_view PeerDeadline::overdue(Time now) const {
  if (now < due()) return "";
  if (phase_ == Phase::handshake) return "TLS handshake not finished";
  if (phase_ == Phase::farewell) return "last reply not fetched";
  return now < progress_due() ? "silent too long" : "too slow, or no message";
}

}  // namespace secondlook
